/** A VPC of tiers: its addresses, subnets, endpoints and flow logs. Depends on no sibling package. */
@NullMarked
package dev.banhmi.cdk.constructs.network;

import org.jspecify.annotations.NullMarked;
