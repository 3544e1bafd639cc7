/** An ECS service behind a load balancer: its tasks, their roles, their number and its deployments. Depends on image, fleet and budget. */
@NullMarked
package dev.banhmi.cdk.constructs.service;

import org.jspecify.annotations.NullMarked;
