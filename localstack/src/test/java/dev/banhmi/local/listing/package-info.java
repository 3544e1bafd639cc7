/** Listings of the packaged gateway in front of every store that this machine can start. */
@NullMarked
package dev.banhmi.local.listing;

import org.jspecify.annotations.NullMarked;
