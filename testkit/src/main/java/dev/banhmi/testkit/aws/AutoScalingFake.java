package dev.banhmi.testkit.aws;

import dev.banhmi.testkit.aws.WireServer.Request;
import dev.banhmi.testkit.aws.WireServer.Response;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Auto Scaling on its wire (AWS query protocol): groups, one hook on launches and one on terminations each, instances
 * that wait at them. Counts heartbeats, ends a wait by itself when its heartbeat timeout runs out, keeps abandoned
 * instances where the group says so, and responds in pages of one. Its clock is moved by the test. Thread-safe.
 */
public final class AutoScalingFake implements AutoCloseable {

    /** The hook on launches of every group, with the heartbeat timeout and the default result of the other one. */
    public static final String LAUNCH_HOOK = "start";

    private final Script script;
    private final InstantSource clock;
    private final WireServer server = new WireServer(this::respond);
    private final Map<String, Group> groups = new LinkedHashMap<>();
    private final Map<String, Instance> instances = new LinkedHashMap<>();

    /**
     * A group with its hook.
     *
     * @param name of the group
     * @param hook its name
     * @param heartbeatTimeout after which a wait ends by itself
     * @param defaultResult with which it ends then
     * @param retains whether an abandoned instance is kept
     * @param warmPool whether it has one
     */
    public record Group(
            String name,
            String hook,
            Duration heartbeatTimeout,
            String defaultResult,
            boolean retains,
            boolean warmPool) {
        /**
         * With the hook {@link Events#HOOK}.
         *
         * @param name of the group
         * @param heartbeatTimeout after which a wait ends by itself
         * @param defaultResult with which it ends then
         * @param retains whether an abandoned instance is kept
         * @param warmPool whether it has one
         */
        public Group(String name, Duration heartbeatTimeout, String defaultResult, boolean retains, boolean warmPool) {
            this(name, Events.HOOK, heartbeatTimeout, defaultResult, retains, warmPool);
        }
    }

    private static final class Instance {
        private final String id;
        private final Group group;
        private String state = "InService";
        private Instant waitsUntil = Instant.MIN;
        /** The calls, of which each may take several attempts. */
        private final Set<String> heartbeats = new HashSet<>();

        private final List<String> completions = new ArrayList<>();
        private boolean timedOut;
        private Instant launchedAt = Instant.EPOCH;

        Instance(String id, Group group) {
            this.id = id;
            this.group = group;
        }

        boolean waits() {
            return state.endsWith(":Wait");
        }

        boolean isLaunching() {
            return state.equals("Pending:Wait");
        }

        boolean isWarmed() {
            return state.startsWith("Warmed:");
        }

        String hook() {
            return isLaunching() ? LAUNCH_HOOK : group.hook();
        }
    }

    /**
     * Listens, without any group.
     *
     * @param script the faults to respond with, and where the calls are recorded
     * @param clock what heartbeat timeouts are measured with
     */
    public AutoScalingFake(Script script, InstantSource clock) {
        this.script = script;
        this.clock = clock;
    }

    /**
     * Where it listens.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return server.uri();
    }

    /**
     * Adds a group with instances in service.
     *
     * @param group a new one, or a known one that gets more instances
     * @param ids of the instances
     */
    public synchronized void add(Group group, String... ids) {
        groups.put(group.name(), group);
        for (String id : ids) {
            instances.put(id, new Instance(id, group));
        }
    }

    /**
     * Scales out: another instance waits at the hook on launches.
     *
     * @param group a known one
     * @param id of the instance
     * @param began what the group's activities say of the launch, by the clock of whoever reads them
     */
    public synchronized void launch(String group, String id, Instant began) {
        Instance instance =
                new Instance(id, Optional.ofNullable(groups.get(group)).orElseThrow());
        instance.launchedAt = began;
        instances.put(id, instance);
        wait(id, "Pending:Wait");
    }

    /**
     * Scales in: the instance waits at the hook from now on.
     *
     * @param id of the instance
     */
    public synchronized void terminate(String id) {
        wait(id, "Terminating:Wait");
    }

    /**
     * The same for one that rests in the warm pool.
     *
     * @param id of the instance
     */
    public synchronized void terminateWarmed(String id) {
        wait(id, "Warmed:Terminating:Wait");
    }

    private void wait(String id, String state) {
        Instance instance = find(id);
        instance.state = state;
        prolong(instance);
    }

    private void prolong(Instance instance) {
        instance.waitsUntil = clock.instant().plus(instance.group.heartbeatTimeout());
    }

    /**
     * The lifecycle state of an instance.
     *
     * @param id of the instance
     * @return in Auto Scaling's terms
     */
    public synchronized String state(String id) {
        enforceTimeouts();
        return find(id).state;
    }

    /**
     * How often its wait was prolonged.
     *
     * @param id of the instance
     * @return the number of heartbeats
     */
    public synchronized int heartbeats(String id) {
        return find(id).heartbeats.size();
    }

    /**
     * The results with which the wait was completed from outside.
     *
     * @param id of the instance
     * @return in their order
     */
    public synchronized List<String> completions(String id) {
        return List.copyOf(find(id).completions);
    }

    /**
     * Whether its wait has ended by itself.
     *
     * @param id of the instance
     * @return true once the heartbeat timeout ran out
     */
    public synchronized boolean timedOut(String id) {
        enforceTimeouts();
        return find(id).timedOut;
    }

    private Instance find(String id) {
        return Optional.ofNullable(instances.get(id)).orElseThrow();
    }

    private void enforceTimeouts() {
        for (Instance instance : instances.values()) {
            if (instance.waits() && clock.instant().isAfter(instance.waitsUntil)) {
                instance.timedOut = true;
                end(instance, instance.group.defaultResult());
            }
        }
    }

    private static void end(Instance instance, String result) {
        if (instance.isLaunching()) {
            instance.state = result.equals("CONTINUE") ? "InService" : "Terminated";
            return;
        }
        boolean kept = result.equals("ABANDON") && instance.group.retains();
        instance.state = instance.state.replace("Wait", kept ? "Retained" : "Proceed");
    }

    private synchronized Response respond(Request request) {
        Map<String, String> form = form(request.body());
        String action = form.getOrDefault("Action", "");
        Optional<Fault> fault = script.saw("autoscaling:" + action, request);
        if (fault.isPresent()) {
            return fault.get().autoScaling();
        }
        enforceTimeouts();
        return switch (action) {
            case "DescribeAutoScalingInstances" -> describeInstances(form);
            case "DescribeAutoScalingGroups" -> describeGroups(form);
            case "DescribeLifecycleHooks" -> describeHooks(form);
            case "DescribeWarmPool" -> describeWarmPool(form);
            case "DescribeScalingActivities" -> describeActivities(form);
            case "CompleteLifecycleAction" ->
                onWait(form, instance -> {
                    String result = form.getOrDefault("LifecycleActionResult", "");
                    instance.completions.add(result);
                    end(instance, result);
                });
            case "RecordLifecycleActionHeartbeat" ->
                onWait(form, instance -> {
                    instance.heartbeats.add(request.callId());
                    prolong(instance);
                });
            default -> error(400, "InvalidAction", "Could not find operation " + action);
        };
    }

    private Response describeInstances(Map<String, String> form) {
        List<String> ids = members(form, "InstanceIds");
        return page(
                form,
                "AutoScalingInstances",
                describe(
                        one -> ids.contains(one.id),
                        one -> member(one) + "<AutoScalingGroupName>" + one.group.name() + "</AutoScalingGroupName>"));
    }

    private Response describeGroups(Map<String, String> form) {
        List<String> names = members(form, "AutoScalingGroupNames");
        return page(
                form,
                "AutoScalingGroups",
                groups.values().stream()
                        .filter(group -> names.contains(group.name()))
                        .map(this::describe)
                        .toList());
    }

    private String describe(Group group) {
        List<String> members = describe(one -> one.group.equals(group) && !one.isWarmed(), AutoScalingFake::member);
        return "<AutoScalingGroupName>" + group.name() + "</AutoScalingGroupName>" + list("Instances", members)
                + (group.warmPool() ? "<WarmPoolConfiguration><MinSize>1</MinSize></WarmPoolConfiguration>" : "")
                + (group.retains()
                        ? "<InstanceLifecyclePolicy><RetentionTriggers><TerminateHookAbandon>retain</TerminateHookAbandon>"
                                + "</RetentionTriggers></InstanceLifecyclePolicy>"
                        : "");
    }

    private Response describeHooks(Map<String, String> form) {
        Group group = groups.get(form.getOrDefault("AutoScalingGroupName", ""));
        if (group == null) {
            return error(400, "ValidationError", "AutoScalingGroup name not found");
        }
        String hook = "<LifecycleHookName>%s</LifecycleHookName><AutoScalingGroupName>" + group.name()
                + "</AutoScalingGroupName><LifecycleTransition>autoscaling:EC2_INSTANCE_%s</LifecycleTransition>"
                + "<HeartbeatTimeout>" + group.heartbeatTimeout().toSeconds() + "</HeartbeatTimeout><GlobalTimeout>"
                + group.heartbeatTimeout().toSeconds() * 100 + "</GlobalTimeout><DefaultResult>" + group.defaultResult()
                + "</DefaultResult>";
        return result(
                form,
                list(
                        "LifecycleHooks",
                        List.of(
                                hook.formatted(LAUNCH_HOOK, "LAUNCHING"),
                                hook.formatted(group.hook(), "TERMINATING"))));
    }

    private Response describeWarmPool(Map<String, String> form) {
        String group = form.getOrDefault("AutoScalingGroupName", "");
        return page(
                form,
                "Instances",
                describe(one -> one.group.name().equals(group) && one.isWarmed(), AutoScalingFake::member));
    }

    private Response describeActivities(Map<String, String> form) {
        String group = form.getOrDefault("AutoScalingGroupName", "");
        return page(
                form,
                "Activities",
                describe(
                        one -> one.group.name().equals(group),
                        one -> "<Description>Launching a new EC2 instance: " + one.id + "</Description><StartTime>"
                                + one.launchedAt + "</StartTime>"));
    }

    private List<String> describe(Predicate<Instance> which, Function<Instance, String> how) {
        return instances.values().stream().filter(which).map(how).toList();
    }

    private Response onWait(Map<String, String> form, Consumer<Instance> change) {
        Instance instance = instances.get(form.getOrDefault("InstanceId", ""));
        if (instance == null
                || !instance.waits()
                || !instance.group.name().equals(form.get("AutoScalingGroupName"))
                || !instance.hook().equals(form.get("LifecycleHookName"))) {
            return error(
                    400,
                    "ValidationError",
                    "No active Lifecycle Action found with instance ID " + form.get("InstanceId"));
        }
        change.accept(instance);
        return result(form, "");
    }

    private static String member(Instance one) {
        return "<InstanceId>" + one.id + "</InstanceId><LifecycleState>" + one.state + "</LifecycleState>";
    }

    private static Response page(Map<String, String> form, String name, List<String> all) {
        int from = Integer.parseInt(form.getOrDefault("NextToken", "0"));
        List<String> page = all.subList(Math.min(from, all.size()), Math.min(from + 1, all.size()));
        String token = from + 1 < all.size() ? "<NextToken>" + (from + 1) + "</NextToken>" : "";
        return result(form, list(name, page) + token);
    }

    private static String list(String name, List<String> members) {
        return members.stream()
                .map(one -> "<member>" + one + "</member>")
                .collect(Collectors.joining("", "<" + name + ">", "</" + name + ">"));
    }

    private static Response result(Map<String, String> form, String content) {
        String action = form.getOrDefault("Action", "");
        return xml(
                200,
                "<" + action + "Response xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><" + action
                        + "Result>"
                        + content + "</" + action
                        + "Result><ResponseMetadata><RequestId>fake</RequestId></ResponseMetadata></" + action
                        + "Response>");
    }

    static Response error(int status, String code, String message) {
        return xml(
                status,
                "<ErrorResponse"
                        + " xmlns=\"http://autoscaling.amazonaws.com/doc/2011-01-01/\"><Error><Type>Sender</Type><Code>"
                        + code + "</Code><Message>" + message
                        + "</Message></Error><RequestId>fake</RequestId></ErrorResponse>");
    }

    private static Response xml(int status, String body) {
        return new Response.Http(status, Map.of("Content-Type", "text/xml"), body);
    }

    private static List<String> members(Map<String, String> form, String name) {
        List<String> values = new ArrayList<>();
        for (int i = 1; form.containsKey(name + ".member." + i); i++) {
            values.add(form.get(name + ".member." + i));
        }
        return values;
    }

    private static Map<String, String> form(String body) {
        Map<String, String> form = new HashMap<>();
        for (String pair : body.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return form;
    }

    @Override
    public void close() {
        server.close();
    }
}
