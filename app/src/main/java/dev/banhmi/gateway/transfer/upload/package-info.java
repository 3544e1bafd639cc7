/** How an object is cut into parts, sent, and made visible in one call. */
@NullMarked
package dev.banhmi.gateway.transfer.upload;

import org.jspecify.annotations.NullMarked;
