/** Shows that the tests see what they are there for: faults are planted one at a time, and a test has to fail of each. */
@NullMarked
package dev.banhmi.gateway.mutants;

import org.jspecify.annotations.NullMarked;
