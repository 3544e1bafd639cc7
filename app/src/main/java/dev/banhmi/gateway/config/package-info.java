/** The settings under {@code banhmi.*}, read, checked and reported as a whole before anything is built from them. */
@NullMarked
package dev.banhmi.gateway.config;

import org.jspecify.annotations.NullMarked;
