/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.image;

import org.jspecify.annotations.NullMarked;
