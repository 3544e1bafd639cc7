/** The stacks of one environment, and what only they use. */
@NullMarked
package dev.banhmi.cdk.stacks;

import org.jspecify.annotations.NullMarked;
