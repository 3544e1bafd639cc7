/** Tests of what an operator decides. */
@NullMarked
package dev.banhmi.cdk.config;

import org.jspecify.annotations.NullMarked;
