/** Probes, metrics and the access log. */
@NullMarked
package dev.banhmi.gateway.observe;

import org.jspecify.annotations.NullMarked;
