/** Where a container image comes from, and what it runs on. Uses no other room. */
@NullMarked
package dev.banhmi.cdk.constructs.image;

import org.jspecify.annotations.NullMarked;
