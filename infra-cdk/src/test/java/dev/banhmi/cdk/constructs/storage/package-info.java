/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.storage;

import org.jspecify.annotations.NullMarked;
