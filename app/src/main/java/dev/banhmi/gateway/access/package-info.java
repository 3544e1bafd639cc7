/** Who may call. */
@NullMarked
package dev.banhmi.gateway.access;

import org.jspecify.annotations.NullMarked;
