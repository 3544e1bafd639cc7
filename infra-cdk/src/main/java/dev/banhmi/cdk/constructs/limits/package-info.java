/** What AWS allows of a template and its resources, counted before it is deployed. Depends on no sibling package. */
@NullMarked
package dev.banhmi.cdk.constructs.limits;

import org.jspecify.annotations.NullMarked;
