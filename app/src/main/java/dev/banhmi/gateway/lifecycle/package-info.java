/** Start, probes and shutdown of the process. */
@NullMarked
package dev.banhmi.gateway.lifecycle;

import org.jspecify.annotations.NullMarked;
