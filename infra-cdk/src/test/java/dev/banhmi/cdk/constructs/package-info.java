/** Tests of the constructs, each in an app of its own. */
@NullMarked
package dev.banhmi.cdk.constructs;

import org.jspecify.annotations.NullMarked;
