/** The gateway: large objects in S3, over HTTP. */
@NullMarked
package dev.banhmi.gateway;

import org.jspecify.annotations.NullMarked;
