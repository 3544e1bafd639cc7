/** The examples of {@code docs/constructs.md}: compiled and synthesized here, copied into the page by a test. */
@NullMarked
package dev.banhmi.cdk.examples;

import org.jspecify.annotations.NullMarked;
