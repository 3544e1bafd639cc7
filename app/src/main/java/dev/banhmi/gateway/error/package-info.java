/** One exception type, one code enum, and the shapes in which callers see them. */
@NullMarked
package dev.banhmi.gateway.error;

import org.jspecify.annotations.NullMarked;
