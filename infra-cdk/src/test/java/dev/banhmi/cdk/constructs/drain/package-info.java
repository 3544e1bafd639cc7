/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.drain;

import org.jspecify.annotations.NullMarked;
