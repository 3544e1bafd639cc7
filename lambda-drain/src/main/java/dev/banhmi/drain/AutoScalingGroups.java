package dev.banhmi.drain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingException;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingGroup;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingInstanceDetails;
import software.amazon.awssdk.services.autoscaling.model.AutoScalingResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingGroupsResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeAutoScalingInstancesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeLifecycleHooksResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeScalingActivitiesResponse;
import software.amazon.awssdk.services.autoscaling.model.DescribeWarmPoolResponse;
import software.amazon.awssdk.services.autoscaling.model.Instance;
import software.amazon.awssdk.services.autoscaling.model.LifecycleHook;
import software.amazon.awssdk.services.autoscaling.model.RetentionAction;

/** The groups as Auto Scaling reports them in one invocation. Thread-safe. */
final class AutoScalingGroups implements Groups {

    /** 50: the most instances or groups that one call takes or returns (API reference, November 2026). */
    private static final int BATCH = 50;

    private static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";
    private static final String LAUNCHING = "autoscaling:EC2_INSTANCE_LAUNCHING";

    /** 100: the most activities that one call returns (API reference, November 2026). */
    private static final int ACTIVITIES = 100;

    private static final String VALIDATION_ERROR = "ValidationError";

    /** 1 h, and 48 h at most: Auto Scaling's defaults where a hook does not set them. */
    private static final Duration DEFAULT_HEARTBEAT_TIMEOUT = Duration.ofHours(1);

    private final AutoScalingClient autoScaling;
    private final AwsCalls calls;
    private final Clock clock;
    private final Map<String, LaunchActivities> launches = new ConcurrentHashMap<>();

    AutoScalingGroups(AutoScalingClient autoScaling, AwsCalls calls, Clock clock) {
        this.autoScaling = autoScaling;
        this.calls = calls;
        this.clock = clock;
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        String call = "autoscaling:DescribeAutoScalingInstances";
        Set<String> wanted = new HashSet<>(instanceIds);
        List<Member> members = new ArrayList<>();
        for (List<String> batch : Batches.of(instanceIds, BATCH)) {
            AwsCalls.allPages(call, token -> {
                DescribeAutoScalingInstancesResponse page = validated(
                        call,
                        () -> autoScaling.describeAutoScalingInstances(request -> request.instanceIds(batch)
                                .maxRecords(BATCH)
                                .nextToken(token)
                                .overrideConfiguration(calls.options(call))));
                for (AutoScalingInstanceDetails one : page.autoScalingInstances()) {
                    if (wanted.contains(one.instanceId())) {
                        members.add(new Member(
                                one.instanceId(),
                                one.autoScalingGroupName(),
                                one.lifecycleState(),
                                isUnhealthy(one.healthStatus())));
                    }
                }
                return page.nextToken();
            });
        }
        return members;
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        List<Group> groups = new ArrayList<>();
        for (AutoScalingGroup group : read(names)) {
            String name = group.autoScalingGroupName();
            List<Instance> instances = new ArrayList<>(group.instances());
            if (group.warmPoolConfiguration() != null) {
                instances.addAll(warmPool(name));
            }
            groups.add(new Group(
                    name,
                    retainsAbandoned(group),
                    instances.stream()
                            .map(one -> new Member(
                                    one.instanceId(),
                                    name,
                                    one.lifecycleStateAsString(),
                                    isUnhealthy(one.healthStatus())))
                            .toList()));
        }
        return groups;
    }

    /** Of an instance it is in capitals, of a group's instance not (API reference, November 2026). */
    static boolean isUnhealthy(@Nullable String healthStatus) {
        return "Unhealthy".equalsIgnoreCase(healthStatus);
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        return hooks(group, TERMINATING);
    }

    @Override
    public List<Hook> launchHooks(String group) {
        return hooks(group, LAUNCHING);
    }

    private List<Hook> hooks(String group, String transition) {
        String call = "autoscaling:DescribeLifecycleHooks";
        DescribeLifecycleHooksResponse response = validated(
                call,
                () -> autoScaling.describeLifecycleHooks(
                        request -> request.autoScalingGroupName(group).overrideConfiguration(calls.options(call))));
        return response.lifecycleHooks().stream()
                .filter(hook -> transition.equals(hook.lifecycleTransition()))
                .filter(hook -> group.equals(hook.autoScalingGroupName()))
                .map(AutoScalingGroups::hook)
                .toList();
    }

    @Override
    public Optional<Instant> launchedAt(String instanceId, String group) {
        return launches.computeIfAbsent(
                        group, name -> new LaunchActivities(token -> activities(name, token), clock.instant()))
                .began(instanceId);
    }

    private DescribeScalingActivitiesResponse activities(String group, @Nullable String token) {
        String call = "autoscaling:DescribeScalingActivities";
        return validated(
                call,
                () -> autoScaling.describeScalingActivities(request -> request.autoScalingGroupName(group)
                        .maxRecords(ACTIVITIES)
                        .nextToken(token)
                        .overrideConfiguration(calls.options(call))));
    }

    @Override
    public boolean retainsAbandoned(String group) {
        return read(List.of(group)).stream().anyMatch(AutoScalingGroups::retainsAbandoned);
    }

    private static boolean retainsAbandoned(AutoScalingGroup group) {
        return group.instanceLifecyclePolicy() != null
                && group.instanceLifecyclePolicy().retentionTriggers() != null
                && group.instanceLifecyclePolicy().retentionTriggers().terminateHookAbandon() == RetentionAction.RETAIN;
    }

    @Override
    public Effect complete(String instanceId, Hook hook, LifecycleResult result) {
        String call = "autoscaling:CompleteLifecycleAction";
        return onWait(
                call,
                () -> autoScaling.completeLifecycleAction(request -> request.autoScalingGroupName(hook.group())
                        .lifecycleHookName(hook.name())
                        .instanceId(instanceId)
                        .lifecycleActionResult(result.name())
                        .overrideConfiguration(calls.options(call))));
    }

    @Override
    public Effect heartbeat(String instanceId, Hook hook) {
        String call = "autoscaling:RecordLifecycleActionHeartbeat";
        return onWait(
                call,
                () -> autoScaling.recordLifecycleActionHeartbeat(request -> request.autoScalingGroupName(hook.group())
                        .lifecycleHookName(hook.name())
                        .instanceId(instanceId)
                        .overrideConfiguration(calls.options(call))));
    }

    private List<AutoScalingGroup> read(Collection<String> names) {
        String call = "autoscaling:DescribeAutoScalingGroups";
        Set<String> wanted = new HashSet<>(names);
        List<AutoScalingGroup> groups = new ArrayList<>();
        for (List<String> batch : Batches.of(names, BATCH)) {
            AwsCalls.allPages(call, token -> {
                DescribeAutoScalingGroupsResponse page = validated(
                        call,
                        () -> autoScaling.describeAutoScalingGroups(request -> request.autoScalingGroupNames(batch)
                                .maxRecords(BATCH)
                                .nextToken(token)
                                .overrideConfiguration(calls.options(call))));
                for (AutoScalingGroup group : page.autoScalingGroups()) {
                    if (wanted.contains(group.autoScalingGroupName())) {
                        groups.add(group);
                    }
                }
                return page.nextToken();
            });
        }
        return groups;
    }

    /** A group does not list the instances of its warm pool. */
    private List<Instance> warmPool(String group) {
        String call = "autoscaling:DescribeWarmPool";
        List<Instance> instances = new ArrayList<>();
        AwsCalls.allPages(call, token -> {
            DescribeWarmPoolResponse page = validated(
                    call,
                    () -> autoScaling.describeWarmPool(request -> request.autoScalingGroupName(group)
                            .maxRecords(BATCH)
                            .nextToken(token)
                            .overrideConfiguration(calls.options(call))));
            instances.addAll(page.instances());
            return page.nextToken();
        });
        return instances;
    }

    private static Hook hook(LifecycleHook hook) {
        Duration heartbeat = seconds(hook.heartbeatTimeout(), DEFAULT_HEARTBEAT_TIMEOUT);
        Duration hundred = heartbeat.multipliedBy(100);
        return new Hook(
                hook.autoScalingGroupName(),
                hook.lifecycleHookName(),
                heartbeat,
                seconds(
                        hook.globalTimeout(),
                        hundred.compareTo(LaunchActivities.LONGEST_WAIT) < 0 ? hundred : LaunchActivities.LONGEST_WAIT),
                LifecycleResult.CONTINUE.name().equals(hook.defaultResult())
                        ? LifecycleResult.CONTINUE
                        : LifecycleResult.ABANDON);
    }

    private static Duration seconds(@Nullable Integer seconds, Duration otherwise) {
        return seconds == null ? otherwise : Duration.ofSeconds(seconds);
    }

    private Effect onWait(String call, Supplier<? extends AutoScalingResponse> request) {
        return calls.make(call, () -> {
            try {
                requireRequestId(call, request.get());
                return Effect.DONE;
            } catch (AutoScalingException e) {
                if (AwsCalls.codeOf(e).equals(VALIDATION_ERROR)
                        && AwsCalls.messageOf(e).contains("No active Lifecycle Action found")) {
                    return Effect.NO_ACTIVE_ACTION;
                }
                throw e;
            }
        });
    }

    private <T extends AutoScalingResponse> T validated(String call, Supplier<T> request) {
        T response = calls.make(call, request);
        requireRequestId(call, response);
        return response;
    }

    /** Every response of the query protocol carries its request id; any other well-formed document would read as an empty response. */
    private static void requireRequestId(String call, AutoScalingResponse response) {
        AwsCalls.require(!response.responseMetadata().requestId().equals("UNKNOWN"), call, "RequestId");
    }
}
