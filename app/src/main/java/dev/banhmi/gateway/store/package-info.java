/** S3 behind one interface; the only package that knows the AWS SDK. */
@NullMarked
package dev.banhmi.gateway.store;

import org.jspecify.annotations.NullMarked;
