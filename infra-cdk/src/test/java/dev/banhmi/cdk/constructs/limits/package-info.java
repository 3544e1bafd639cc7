/** Tests of the limits that are counted. */
@NullMarked
package dev.banhmi.cdk.constructs.limits;

import org.jspecify.annotations.NullMarked;
