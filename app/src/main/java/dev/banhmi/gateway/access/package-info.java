/** Who may call, and what a request means: its {@link dev.banhmi.gateway.access.Route}, read once. */
@NullMarked
package dev.banhmi.gateway.access;

import org.jspecify.annotations.NullMarked;
