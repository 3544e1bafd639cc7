/** A room with violations. */
@NullMarked
package dev.banhmi.cdk.planted.constructs.drain;

import org.jspecify.annotations.NullMarked;
