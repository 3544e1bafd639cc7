/** A room with violations. */
@NullMarked
package dev.banhmi.cdk.planted.constructs.budget;

import org.jspecify.annotations.NullMarked;
