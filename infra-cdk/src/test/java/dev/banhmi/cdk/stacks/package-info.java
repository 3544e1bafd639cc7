/** Tests of what the stacks know of the gateway. */
@NullMarked
package dev.banhmi.cdk.stacks;

import org.jspecify.annotations.NullMarked;
