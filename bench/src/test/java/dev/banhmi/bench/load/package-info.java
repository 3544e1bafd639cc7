/** Tests of the load client. */
@NullMarked
package dev.banhmi.bench.load;

import org.jspecify.annotations.NullMarked;
