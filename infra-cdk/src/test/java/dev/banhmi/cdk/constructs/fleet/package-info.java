/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.fleet;

import org.jspecify.annotations.NullMarked;
