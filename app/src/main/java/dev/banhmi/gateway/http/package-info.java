/** Values of RFC 9110: entity tags, dates, conditions, ranges, and the fields that carry them. */
@NullMarked
package dev.banhmi.gateway.http;

import org.jspecify.annotations.NullMarked;
