/** A bucket for objects, with its access logs. Depends on no sibling package. */
@NullMarked
package dev.banhmi.cdk.constructs.storage;

import org.jspecify.annotations.NullMarked;
