/** The engine: moves bytes of any size between a client and the store in bounded memory. */
@NullMarked
package dev.banhmi.gateway.transfer;

import org.jspecify.annotations.NullMarked;
