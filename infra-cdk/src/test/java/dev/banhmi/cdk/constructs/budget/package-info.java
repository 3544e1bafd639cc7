/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.budget;

import org.jspecify.annotations.NullMarked;
