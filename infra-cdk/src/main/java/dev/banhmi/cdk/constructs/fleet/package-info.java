/** An ECS cluster with its instances, their roles and their number. Depends on the drain, never on the service. */
@NullMarked
package dev.banhmi.cdk.constructs.fleet;

import org.jspecify.annotations.NullMarked;
