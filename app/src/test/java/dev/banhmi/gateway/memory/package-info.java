/** The memory that transfers take, many at a time, in front of a store that keeps nothing. */
@NullMarked
package dev.banhmi.gateway.memory;

import org.jspecify.annotations.NullMarked;
