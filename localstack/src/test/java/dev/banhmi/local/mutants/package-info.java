/**
 * Shows that the tests of every module see what they are there for: faults are planted one at a time, and a test has to turn red for each.
 * Here because this module is the last of those that are tried, so that the others are compiled and packaged, and because the test kit,
 * which is compiled for the newest Java, is out of reach of {@code infra-cdk}.
 */
@NullMarked
package dev.banhmi.local.mutants;

import org.jspecify.annotations.NullMarked;
