/** Ranges of a download that are read ahead while its client waits for the store. */
@NullMarked
package dev.banhmi.gateway.transfer.prefetch;

import org.jspecify.annotations.NullMarked;
