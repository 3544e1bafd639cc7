/** The 2018 API ({@code /file/*}, {@code /status/*}), translated to the same engine. */
@NullMarked
package dev.banhmi.gateway.legacy;

import org.jspecify.annotations.NullMarked;
