/** The launcher, by its parts and as its users run it. */
@NullMarked
package dev.banhmi.local;

import org.jspecify.annotations.NullMarked;
