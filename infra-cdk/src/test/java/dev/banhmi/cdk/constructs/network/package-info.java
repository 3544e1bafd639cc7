/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.network;

import org.jspecify.annotations.NullMarked;
