/** The packaged jar in a JVM of its own, between a Lambda runtime and emulators of two AWS APIs on real sockets. */
@NullMarked
package dev.banhmi.drain.process;

import org.jspecify.annotations.NullMarked;
