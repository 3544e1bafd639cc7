/** An ECS cluster with its instances, their roles and their number. Knows the drain, never what runs. */
@NullMarked
package dev.banhmi.cdk.constructs.fleet;

import org.jspecify.annotations.NullMarked;
