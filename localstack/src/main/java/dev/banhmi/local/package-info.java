/** The whole gateway on a laptop: one jar, one process, an embedded store. */
@NullMarked
package dev.banhmi.local;

import org.jspecify.annotations.NullMarked;
