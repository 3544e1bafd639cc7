/**
 * Constructs for services on EC2 that nobody notices being replaced: usable in any CDK app, without the stacks and the configuration
 * files of this repository.
 *
 * <p>Like all of CDK, they belong to the one thread that builds the app. Whatever cannot work is refused when it is built, with an
 * {@link java.lang.IllegalArgumentException} that says what, the value, what is allowed and how to mend it. The same code gives the
 * same template, byte for byte, in every JVM.
 */
@NullMarked
package dev.banhmi.cdk.constructs;

import org.jspecify.annotations.NullMarked;
