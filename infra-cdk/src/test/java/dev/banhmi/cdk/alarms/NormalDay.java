package dev.banhmi.cdk.alarms;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A day on which nothing is wrong, from the first deployment on: traffic that comes and goes, deployments, tasks and instances that follow, an
 * instance refresh, the loss of one instance, sweeps that fail once. Sizes and times are those of the templates.
 */
final class NormalDay {
    /*
     * A minute is a step. Every metric is made of the state of that minute in the way that its AWS page says:
     *
     *   AWS/Lambda Invocations     one a minute by the schedule, one for each event of a drain; each retry is one; of each alias its own
     *   AWS/Lambda Errors          each failed try; retries are those of the alias that the schedule invokes
     *   AWS/SQS NumberOfMessagesSent   a sweep whose tries have failed, if that alias has a destination; …Visible keeps it
     *   AWS/ApplicationELB         counts only where there is something to count; host counts only while targets are registered
     *   AWS/ECS                    reservation of registered instances; utilization of running tasks; nothing without any
     *   AWS/ECS/ManagedScaling     instances that running and waiting tasks need, in percent of those that run
     *                              (100 with neither, 200 with tasks and no instance)
     *   Banhmi/Drain               DrainAge of the oldest drain while there is one; ReplacementWait while it is held for a task whose
     *                              replacement waits for an instance; of the lost instance what the function really counts, minute by minute
     *                              (lambda-drain's LostHostTest); no launch abandoned
     *
     * Instances are asked for one at a time, as ECS does with a group of several zones (decision 0102).
     *
     * Assumptions, where no template and no page has a number: an instance takes tasks 4 minutes after it is asked for, a task 2 minutes after
     * it is placed; where a hook holds a launch, a sweep lets the instance into service a minute after ECS has begun to place tasks on it, and
     * only then a refresh removes another; a fleet that has been too large for 15 minutes loses one instance; a draining instance is empty one
     * deregistration delay and one stop timeout after its replacements are healthy. A refresh goes one by one, with the pause of a checkpoint
     * behind each. Traffic is a sine with an empty hour at night, and at noon needs as many tasks as there may be. The lost
     * instance cuts 40 requests within 35 seconds, which the load balancer answers with 502, and its target fails its checks for some minutes more. Its agent is
     * gone, it has failed its health check, and it waits at the hook until the deadline. A Spot instance that is taken away is the same to the load balancer; EC2 terminates
     * it, so no hook holds it and the function counts nothing.
     * A deployment starts all new tasks; those that find no room wait until a batch of old ones, as many as had found it, has gone.
     */

    static final int MINUTES = 24 * 60;
    static final String EVENTS = "AWS/Lambda Invocations:live";
    static final String SWEEPS = "AWS/Lambda Invocations:sweep";
    private static final int SCHEDULED = 3;

    /** In the morning, at the peak, when the service has as many tasks as it may, and in the afternoon. */
    private static final Set<Integer> DEPLOYMENTS = Set.of(600, 720, 960);

    /** How long the lost instance's target fails its checks, before its task is stopped. */
    private static final int UNHEALTHY = 4;

    /** The earliest minute of the loss. */
    static final int LOSS = 1200;

    private static final int REFRESH = 780;
    private static final int BALANCED = 4;
    private static final int INSTANCE_START = 4;
    private static final int TASK_START = 2;
    private static final int SCALE_IN_AFTER = 15;
    private static final int CUT = 40;
    private static final Path LOST_HOST = Path.of("../lambda-drain/src/test/resources/lost-host.txt");

    private final Metrics metrics = new Metrics();
    private final Shape shape;
    private final int serviceStable;
    private final int loss;

    /** What of the templates decides how the day goes. */
    record Shape(
            int minTasks,
            int maxTasks,
            int minInstances,
            int maxInstances,
            int tasksOnAnInstance,
            double cpuShare,
            double memoryShare,
            int replacementMinutes,
            int launchMinutes,
            int hookSeconds,
            int stoppingSeconds,
            int pauseMinutes,
            int sweepRetries,
            boolean sweepsAreKept) {
        int heldFromMinute() {
            return (hookSeconds - stoppingSeconds) / 60;
        }

        Shape withMaxInstances(int most) {
            return new Shape(
                    minTasks,
                    maxTasks,
                    minInstances,
                    most,
                    tasksOnAnInstance,
                    cpuShare,
                    memoryShare,
                    replacementMinutes,
                    launchMinutes,
                    hookSeconds,
                    stoppingSeconds,
                    pauseMinutes,
                    sweepRetries,
                    sweepsAreKept);
        }

        static Shape of(JsonNode service, int instanceCpuUnits, int instanceMemoryMiB) {
            Map<String, JsonNode> only = new HashMap<>();
            service.path("Resources")
                    .forEach(resource -> only.put(resource.path("Type").asText(), resource.path("Properties")));
            JsonNode target = required(only, "AWS::ApplicationAutoScaling::ScalableTarget");
            JsonNode group = required(only, "AWS::AutoScaling::AutoScalingGroup");
            JsonNode container = required(only, "AWS::ECS::TaskDefinition")
                    .path("ContainerDefinitions")
                    .path(0);
            int cpu = container.path("Cpu").asInt();
            int memory = container.path("Memory").asInt();
            int delay = 0;
            for (JsonNode attribute :
                    required(only, "AWS::ElasticLoadBalancingV2::TargetGroup").path("TargetGroupAttributes")) {
                if (attribute.path("Key").asText().equals("deregistration_delay.timeout_seconds")) {
                    delay = attribute.path("Value").asInt();
                }
            }
            JsonNode sweep = MissingNode.getInstance();
            for (JsonNode resource : service.path("Resources")) {
                if (resource.path("Properties").has("ScheduleExpression")) {
                    sweep = resource.path("Properties").path("Targets").path(0);
                }
            }
            long launchHooks = hooks(service, "LAUNCHING").count();
            int hookSeconds = hooks(service, "TERMINATING")
                    .mapToInt(hook -> hook.path("HeartbeatTimeout").asInt())
                    .min()
                    .orElseThrow();
            Duration stopping = Duration.parse(only(service, "BANHMI_STOPPING").asText());
            JsonNode asynchronous = asynchronous(service, sweep.at("/Arn/Ref").asText());
            return new Shape(
                    target.path("MinCapacity").asInt(),
                    target.path("MaxCapacity").asInt(),
                    group.path("MinSize").asInt(),
                    group.path("MaxSize").asInt(),
                    Math.min(instanceCpuUnits / cpu, instanceMemoryMiB / memory),
                    (double) cpu / instanceCpuUnits,
                    (double) memory / instanceMemoryMiB,
                    TASK_START + 1 + (delay + container.path("StopTimeout").asInt()) / 60,
                    INSTANCE_START + Math.toIntExact(launchHooks),
                    hookSeconds,
                    Math.toIntExact(stopping.toSeconds()),
                    only(service, "CheckpointDelay").asInt() / 60,
                    asynchronous.path("MaximumRetryAttempts").asInt(2),
                    asynchronous.has("DestinationConfig"));
        }

        private static JsonNode required(Map<String, JsonNode> properties, String type) {
            return Objects.requireNonNull(properties.get(type), type);
        }

        private static Stream<JsonNode> hooks(JsonNode service, String transition) {
            return service.findParents("LifecycleTransition").stream()
                    .filter(hook ->
                            hook.path("LifecycleTransition").asText().equals("autoscaling:EC2_INSTANCE_" + transition));
        }

        private static JsonNode only(JsonNode service, String name) {
            List<JsonNode> found = service.findValues(name);
            if (found.size() != 1) {
                throw new IllegalStateException("The template has " + found.size() + " values of " + name + ".");
            }
            return found.get(0);
        }

        private static JsonNode asynchronous(JsonNode service, String alias) {
            for (JsonNode resource : service.path("Resources")) {
                if (resource.path("Type").asText().equals("AWS::Lambda::EventInvokeConfig")
                        && resource.path("Properties")
                                .path("Qualifier")
                                .toString()
                                .contains(alias)) {
                    return resource.path("Properties");
                }
            }
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private NormalDay(Shape shape, int loss) {
        this.shape = shape;
        this.loss = loss;
        this.serviceStable = BALANCED + INSTANCE_START + TASK_START + 1;
    }

    static NormalDay of(Shape shape) {
        return of(shape, LOSS);
    }

    /** With the loss of an instance in that minute: what it cuts reaches into the next one. */
    static NormalDay of(Shape shape, int loss) {
        NormalDay day = new NormalDay(shape, loss);
        day.live();
        day.lose();
        return day;
    }

    private void lose() {
        try {
            List<String> lines = Files.readAllLines(LOST_HOST);
            if (!lines.get(0).equals(shape.hookSeconds() + " " + shape.stoppingSeconds())) {
                throw new IllegalStateException(LOST_HOST + " is of a hook and a stopping time of " + lines.get(0)
                        + " s, the template's are " + shape.hookSeconds() + " " + shape.stoppingSeconds());
            }
            for (String line : lines.subList(1, lines.size())) {
                String[] words = line.split(" ", -1);
                metrics.put(
                        "Banhmi/Drain " + words[1],
                        loss + UNHEALTHY + Integer.parseInt(words[0]),
                        Double.parseDouble(words[2]));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Metrics metrics() {
        return metrics;
    }

    /** The minute in which an alarm is there: those that depend on the service wait until its first tasks are healthy. */
    int created(JsonNode alarm, JsonNode template) {
        for (JsonNode dependency : alarm.path("DependsOn")) {
            if (template.path("Resources")
                    .path(dependency.asText())
                    .path("Type")
                    .asText()
                    .equals("AWS::ECS::Service")) {
                return serviceStable;
            }
        }
        return BALANCED;
    }

    private void live() {
        int instances = 0;
        int asked = 0;
        int askedAt = 0;
        int tooMany = 0;
        int deadLetters = 0;
        int draining = 0;
        int old = 0;
        int batch = 0;
        int round = 0;
        for (int minute = 0; minute < MINUTES; minute++) {
            int requests = minute < serviceStable ? 0 : requests(minute);
            int wanted = minute < serviceStable ? shape.minTasks() : tasks(requests);
            if (DEPLOYMENTS.contains(minute)) {
                old = wanted;
            }
            if (old > 0 && round == 0) {
                batch = Math.min(old, Math.max(1, shape.maxInstances() * shape.tasksOnAnInstance() - wanted));
                round = shape.replacementMinutes();
            }
            // ECS begins all of them, and those without room wait until there are instances, or a batch of old ones has
            // gone.
            int tasks = wanted + old;
            int housed =
                    Math.min((tasks + shape.tasksOnAnInstance() - 1) / shape.tasksOnAnInstance(), shape.maxInstances());
            if (round > 0 && instances >= housed && --round == 0) {
                old -= batch;
            }
            boolean refreshes = isBetween(minute, REFRESH, shape.minInstances() * stepMinutes());
            int needed = Math.max(
                    shape.minInstances(),
                    (int) Math.ceil((double) tasks / shape.tasksOnAnInstance()) + (refreshes ? 1 : 0));
            int possible = Math.min(needed, shape.maxInstances() + (refreshes ? 1 : 0));
            if (minute == 0) {
                asked = possible;
                askedAt = BALANCED;
            }
            if (minute >= askedAt + INSTANCE_START) {
                instances = Math.max(instances, asked);
                if (possible > asked) {
                    asked++;
                    askedAt = minute;
                }
            }
            tooMany = needed < instances ? tooMany + 1 : 0;
            if (tooMany > SCALE_IN_AFTER && draining == 0) {
                draining = shape.replacementMinutes();
                instances--;
                asked = instances;
                tooMany = 0;
            }
            if (refreshes && draining == 0 && (minute - REFRESH) % stepMinutes() == shape.launchMinutes()) {
                draining = shape.replacementMinutes();
            }
            // The lost one is replaced; Auto Scaling asks at once.
            boolean lost = isBetween(minute, loss, INSTANCE_START);
            int running = Math.max(0, instances - (lost ? 1 : 0));
            int placed = Math.min(tasks, running * shape.tasksOnAnInstance());
            ecs(minute, needed, running, placed, requests);
            int cut = minute == loss ? CUT / 2 : minute == loss + 1 ? CUT - CUT / 2 : 0;
            balancer(minute, requests, placed, cut, isBetween(minute, loss, UNHEALTHY));
            if (draining > 0) {
                int age = shape.replacementMinutes() - draining + 1;
                metrics.put("Banhmi/Drain DrainAge", minute, 60.0 * age);
                // The last task finds no room on the others, and its replacement waits for an instance.
                if (age >= shape.heldFromMinute() && age <= INSTANCE_START + TASK_START) {
                    metrics.put("Banhmi/Drain ReplacementWait", minute, 60.0 * age);
                }
                metrics.put(EVENTS, minute, 2);
                draining--;
            }
            deadLetters += sweep(minute);
            if (minute >= SCHEDULED) {
                metrics.put("AWS/SQS ApproximateNumberOfMessagesVisible", minute, deadLetters);
            }
        }
    }

    /** An instance that starts, then the drain of another or the pause, whichever is longer. */
    private int stepMinutes() {
        return shape.launchMinutes() + Math.max(shape.replacementMinutes(), shape.pauseMinutes());
    }

    private int sweep(int minute) {
        if (minute < SCHEDULED) {
            return 0;
        }
        metrics.put(SWEEPS, minute, 1);
        // Two in a row that ECS has throttled: the third finds everything as it was.
        boolean fails = minute == 240 || minute == 241;
        if (!fails) {
            return 0;
        }
        for (int attempt = 0; attempt <= shape.sweepRetries(); attempt++) {
            metrics.put("AWS/Lambda Errors", minute + attempt, 1);
            if (attempt > 0) {
                metrics.put(SWEEPS, minute + attempt, 1);
            }
        }
        if (shape.sweepsAreKept()) {
            metrics.put("AWS/SQS NumberOfMessagesSent", minute + shape.sweepRetries(), 1);
            return 1;
        }
        return 0;
    }

    private void ecs(int minute, int needed, int running, int placed, int requests) {
        if (minute >= BALANCED) {
            metrics.put(
                    "AWS/ECS/ManagedScaling CapacityProviderReservation",
                    minute,
                    running == 0 ? 200 : 100.0 * needed / running);
        }
        if (running > 0) {
            metrics.put("AWS/ECS CPUReservation", minute, 100.0 * placed * shape.cpuShare() / running);
            metrics.put("AWS/ECS MemoryReservation", minute, 100.0 * placed * shape.memoryShare() / running);
        }
        if (placed > 0) {
            metrics.put("AWS/ECS CPUUtilization", minute, Math.min(100, 60.0 * requests / (30_000.0 * placed)));
            metrics.put("AWS/ECS MemoryUtilization", minute, 70);
        }
    }

    private void balancer(int minute, int requests, int placed, int cut, boolean unhealthy) {
        int registered = minute < BALANCED + INSTANCE_START ? 0 : placed;
        if (registered > 0) {
            // A new target counts as unhealthy until its second check.
            boolean first = minute == BALANCED + INSTANCE_START;
            metrics.put("AWS/ApplicationELB HealthyHostCount", minute, first ? 0 : registered);
            metrics.put("AWS/ApplicationELB UnHealthyHostCount", minute, first || unhealthy ? 1 : 0);
        }
        if (requests > 0) {
            metrics.put("AWS/ApplicationELB RequestCount", minute, requests);
            metrics.put("AWS/ApplicationELB TargetResponseTime", minute, 0.2);
            // A few that clients provoke.
            if (minute % 30 == 0) {
                metrics.put("AWS/ApplicationELB HTTPCode_Target_5XX_Count", minute, 2);
            }
            if (cut > 0) {
                metrics.put("AWS/ApplicationELB HTTPCode_ELB_5XX_Count", minute, cut);
                metrics.put("AWS/ApplicationELB TargetConnectionErrorCount", minute, cut);
            }
        }
    }

    /** None between one and two at night. */
    private int requests(int minute) {
        if (isBetween(minute, 60, 60)) {
            return 0;
        }
        double share = 0.5 - 0.5 * Math.cos(2 * Math.PI * minute / MINUTES);
        return (int) (50 + share * 30_000 * shape.maxTasks());
    }

    private int tasks(int requests) {
        return Math.max(shape.minTasks(), Math.min(shape.maxTasks(), (int) Math.ceil(requests / 30_000.0)));
    }

    private static boolean isBetween(int minute, int first, int length) {
        return minute >= first && minute < first + length;
    }
}
