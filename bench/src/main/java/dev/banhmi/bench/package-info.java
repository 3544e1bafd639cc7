/** Measures what the gateway costs compared with its peers. */
@NullMarked
package dev.banhmi.bench;

import org.jspecify.annotations.NullMarked;
