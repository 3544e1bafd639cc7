/** The operator's configuration of an environment: read from its file and checked, with the line of everything that is wrong. */
@NullMarked
package dev.banhmi.cdk.config;

import org.jspecify.annotations.NullMarked;
