/** What stands in for S3, and for other services of AWS, in the end-to-end tests: processes on loopback. */
@NullMarked
package dev.banhmi.local.backend;

import org.jspecify.annotations.NullMarked;
