/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.observe;

import org.jspecify.annotations.NullMarked;
