/** What the gateway makes of a store that fails: an S3 proxy that injects faults, and the matrix of every call and fault. */
@NullMarked
package dev.banhmi.gateway.fault;

import org.jspecify.annotations.NullMarked;
