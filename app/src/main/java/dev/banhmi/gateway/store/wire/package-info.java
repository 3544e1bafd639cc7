/**
 * S3's wire protocol for the calls that move bytes. Only classes whose name begins with {@code Blocking} do I/O or wait;
 * all others turn bytes into bytes, whoever moves them.
 */
@NullMarked
package dev.banhmi.gateway.store.wire;

import org.jspecify.annotations.NullMarked;
