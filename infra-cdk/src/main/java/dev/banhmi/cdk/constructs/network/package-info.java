/** A VPC of tiers: its addresses, subnets, endpoints and flow logs. Uses no other room. */
@NullMarked
package dev.banhmi.cdk.constructs.network;

import org.jspecify.annotations.NullMarked;
