/** The 2018 API over real sockets. */
@NullMarked
package dev.banhmi.gateway.legacy;

import org.jspecify.annotations.NullMarked;
