/** Tests of the benchmarks' own arithmetic. */
@NullMarked
package dev.banhmi.bench;

import org.jspecify.annotations.NullMarked;
