/** Digests that a caller announces, computed and compared while the content passes. */
@NullMarked
package dev.banhmi.gateway.digest;

import org.jspecify.annotations.NullMarked;
