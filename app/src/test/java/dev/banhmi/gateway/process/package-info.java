/** The packaged gateway and the S3 emulators as child processes, and what the tests need to talk to them. */
@NullMarked
package dev.banhmi.gateway.process;

import org.jspecify.annotations.NullMarked;
