package dev.banhmi.cdk.constructs.service;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.applicationautoscaling.EnableScalingProps;
import software.amazon.awscdk.services.ecs.CpuUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.Ec2Service;
import software.amazon.awscdk.services.ecs.MemoryUtilizationScalingProps;
import software.amazon.awscdk.services.ecs.RequestCountScalingProps;
import software.amazon.awscdk.services.ecs.ScalableTaskCount;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;

/**
 * The autoscaling of a service's number of tasks.
 *
 * @param minTasks the minimum
 * @param maxTasks the maximum
 * @param cpuTargetPercent of what a task reserves
 * @param memoryTargetPercent of what a task may use
 * @param requestsPerTarget per minute
 */
record ServiceScaling(
        int minTasks, int maxTasks, int cpuTargetPercent, int memoryTargetPercent, int requestsPerTarget) {
    /*
     * A task that stops takes its deregistration delay, so scaling in is slow and scaling out is not. Several target-tracking policies do
     * not conflict: one is enough to scale out, to scale in all of them must agree
     * (https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-target-tracking.html, 2026-11-22).
     */
    private static final Duration SCALE_IN = Duration.seconds(300);

    private static final Duration SCALE_OUT = Duration.seconds(60);

    void track(Ec2Service service, ApplicationTargetGroup targets) {
        ScalableTaskCount tasks = service.autoScaleTaskCount(EnableScalingProps.builder()
                .minCapacity(minTasks)
                .maxCapacity(maxTasks)
                .build());
        tasks.scaleOnCpuUtilization(
                "Cpu",
                CpuUtilizationScalingProps.builder()
                        .targetUtilizationPercent(cpuTargetPercent)
                        .scaleInCooldown(SCALE_IN)
                        .scaleOutCooldown(SCALE_OUT)
                        .build());
        tasks.scaleOnMemoryUtilization(
                "Memory",
                MemoryUtilizationScalingProps.builder()
                        .targetUtilizationPercent(memoryTargetPercent)
                        .scaleInCooldown(SCALE_IN)
                        .scaleOutCooldown(SCALE_OUT)
                        .build());
        tasks.scaleOnRequestCount(
                "Requests",
                RequestCountScalingProps.builder()
                        .targetGroup(targets)
                        .requestsPerTarget(requestsPerTarget)
                        .scaleInCooldown(SCALE_IN)
                        .scaleOutCooldown(SCALE_OUT)
                        .build());
    }
}
