/** Objects over HTTP: names, ranges, conditions, digests and metadata of the {@code /v1/objects} API. */
@NullMarked
package dev.banhmi.gateway.object;

import org.jspecify.annotations.NullMarked;
