/** The memory for transfers: who holds how much of one budget, and the chunks themselves. */
@NullMarked
package dev.banhmi.gateway.transfer.memory;

import org.jspecify.annotations.NullMarked;
