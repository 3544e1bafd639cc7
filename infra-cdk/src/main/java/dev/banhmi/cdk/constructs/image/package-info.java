/** The source of a container image, and its architecture. Depends on no sibling package. */
@NullMarked
package dev.banhmi.cdk.constructs.image;

import org.jspecify.annotations.NullMarked;
