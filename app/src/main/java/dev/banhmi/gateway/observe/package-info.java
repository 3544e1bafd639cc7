/** What the log says of requests: their ids, a line for each, and a line for each failure. */
@NullMarked
package dev.banhmi.gateway.observe;

import org.jspecify.annotations.NullMarked;
