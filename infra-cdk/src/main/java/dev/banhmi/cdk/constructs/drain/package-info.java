/** What empties an instance before Auto Scaling terminates it, for any cluster. Knows {@link dev.banhmi.cdk.constructs.budget}. */
@NullMarked
package dev.banhmi.cdk.constructs.drain;

import org.jspecify.annotations.NullMarked;
