/** A bucket for objects, with its access logs. Uses no other room. */
@NullMarked
package dev.banhmi.cdk.constructs.storage;

import org.jspecify.annotations.NullMarked;
