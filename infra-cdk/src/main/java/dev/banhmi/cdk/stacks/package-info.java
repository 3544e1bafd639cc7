/** The stacks of one environment, and the parts that only they use. */
@NullMarked
package dev.banhmi.cdk.stacks;

import org.jspecify.annotations.NullMarked;
