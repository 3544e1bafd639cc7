/** The load client: a process of its own that asks a server for work and discards what it gets. */
@NullMarked
package dev.banhmi.bench.load;

import org.jspecify.annotations.NullMarked;
