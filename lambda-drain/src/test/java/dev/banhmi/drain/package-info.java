/** Tests of the drain. */
@NullMarked
package dev.banhmi.drain;

import org.jspecify.annotations.NullMarked;
