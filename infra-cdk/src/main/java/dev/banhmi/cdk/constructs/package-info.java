/**
 * Constructs for services on EC2 whose replacement goes unnoticed: usable in any CDK app, without the stacks and the configuration files of
 * this repository.
 *
 * <p>Like all of CDK, they are confined to the one thread that builds the app. Whatever cannot work is rejected when it is built, with an
 * {@link java.lang.IllegalArgumentException} that names the option, its value, what is allowed and the remedy. The same code gives the same
 * template, byte for byte, in every JVM.
 */
@NullMarked
package dev.banhmi.cdk.constructs;

import org.jspecify.annotations.NullMarked;
