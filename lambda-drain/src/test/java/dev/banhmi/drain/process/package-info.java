/** The packaged jar in a JVM of its own, between a Lambda runtime and two APIs that stand in for AWS on real sockets. */
@NullMarked
package dev.banhmi.drain.process;

import org.jspecify.annotations.NullMarked;
