package dev.banhmi.cdk.constructs.drain;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.events.Schedule;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/** The events and the schedule that invoke the drainer. Only events that it uses: it ignores all others. */
final class DrainEvents {
    private final Rule termination;
    private final List<Rule> rules;

    /**
     * Creates the rules.
     *
     * @param drainer what events invoke: a failed one is tried again, and kept
     * @param sweeper what the schedule invokes: a failed one is neither, because the next comes within the minute
     */
    DrainEvents(
            Construct scope, ICluster cluster, IFunction drainer, IFunction sweeper, IQueue deadLetters, Duration age) {
        LambdaFunction target = LambdaFunction.Builder.create(drainer)
                .deadLetterQueue(deadLetters)
                .maxEventAge(age)
                .build();
        this.termination = rule(
                scope,
                "TerminationRule",
                "An instance of an attached group waits to be terminated",
                target,
                "aws.autoscaling",
                "EC2 Instance-terminate Lifecycle Action",
                Map.of("LifecycleHookName", List.of(InstanceDrain.HOOK_NAME)));
        Rule tasks = rule(
                scope,
                "TaskRule",
                "A task of the cluster has stopped",
                target,
                "aws.ecs",
                "ECS Task State Change",
                new TreeMap<>(
                        Map.of("clusterArn", List.of(cluster.getClusterArn()), "lastStatus", List.of("STOPPED"))));
        Rule instances = rule(
                scope,
                "ContainerInstanceRule",
                "An instance of the cluster is draining",
                target,
                "aws.ecs",
                "ECS Container Instance State Change",
                new TreeMap<>(Map.of("clusterArn", List.of(cluster.getClusterArn()), "status", List.of("DRAINING"))));
        Rule sweeps = Rule.Builder.create(scope, "SweepRule")
                .description("Whatever was lost is found within a minute")
                .schedule(Schedule.rate(Duration.minutes(1)))
                .targets(List.of(LambdaFunction.Builder.create(sweeper)
                        .maxEventAge(Duration.minutes(1))
                        .retryAttempts(0)
                        .build()))
                .build();
        this.rules = List.of(termination, tasks, instances, sweeps);
    }

    /** All of them. */
    List<Rule> rules() {
        return rules;
    }

    void addGroup(String groupName) {
        termination.addEventPattern(EventPattern.builder()
                .detail(Map.of("AutoScalingGroupName", List.of(groupName)))
                .build());
    }

    private static Rule rule(
            Construct scope,
            String id,
            String description,
            LambdaFunction target,
            String source,
            String type,
            Map<String, List<String>> detail) {
        // Sorted: the order of Map.of differs from one JVM to the next.
        return Rule.Builder.create(scope, id)
                .description(description)
                .eventPattern(EventPattern.builder()
                        .source(List.of(source))
                        .detailType(List.of(type))
                        .detail(new TreeMap<>(detail))
                        .build())
                .targets(List.of(target))
                .build();
    }
}
