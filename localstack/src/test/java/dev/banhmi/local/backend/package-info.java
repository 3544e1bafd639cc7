/** The emulators of S3 and of other AWS services in the end-to-end tests: processes on loopback. */
@NullMarked
package dev.banhmi.local.backend;

import org.jspecify.annotations.NullMarked;
