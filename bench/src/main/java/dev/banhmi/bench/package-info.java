/** What the gateway costs, measured beside its peers. */
@NullMarked
package dev.banhmi.bench;

import org.jspecify.annotations.NullMarked;
