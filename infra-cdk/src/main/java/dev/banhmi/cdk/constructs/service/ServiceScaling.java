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
 * How many tasks run.
 *
 * @param minTasks never fewer
 * @param maxTasks never more
 * @param cpuTargetPercent of what a task reserves
 * @param memoryTargetPercent of what a task may use
 * @param requestsPerTarget in a minute
 */
record ServiceScaling(
        int minTasks, int maxTasks, int cpuTargetPercent, int memoryTargetPercent, int requestsPerTarget) {
    /*
     * A task that goes takes its deregistration delay with it, so going is slow and coming is not. Several target-tracking policies do not
     * fight: one that asks for more is enough, for fewer all of them have to agree
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
