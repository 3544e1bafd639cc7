/** Rules of the house that no single class can test. */
@NullMarked
package dev.banhmi.gateway;

import org.jspecify.annotations.NullMarked;
