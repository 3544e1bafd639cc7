package dev.banhmi.cdk.constructs.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.IResolveContext;
import software.amazon.awscdk.IStableNumberProducer;
import software.amazon.awscdk.IStringProducer;
import software.amazon.awscdk.Lazy;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.Stats;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.constructs.Construct;

/** The alarms on a service, each with what to do in its description. */
final class ServiceAlarms {
    /*
     * The load balancer's response time ends with the first byte of the response. A download has it at once, however long it then lasts; an
     * upload only after its last byte, so its time is the client's bandwidth. A high percentile is therefore the slowest uploader and fires
     * every day. The 25th is what the fastest quarter sees, mostly downloads and metadata requests: when that is slow, the service or its
     * store is slow for every client. One unhealthy task among many does not move it; health checks and errors find that one.
     */

    /** The percentile of the fastest quarter of the requests. */
    static final String QUICK_QUARTER = Stats.p(25);

    private static final int EXCEEDED = 0;

    /** A quarter of an hour, in which instances that start have started. */
    private static final int CAPACITY_PERIODS = 3;

    /** Three hours: CloudFormation waits no longer for a service, so what goes on longer is no deployment. */
    private static final int MOST_CAPACITY_PERIODS = 36;

    private final Construct scope;
    private final ServiceMetrics metrics;
    private final Supplier<java.time.Duration> deploymentWait;
    private final List<Alarm> alarms = new ArrayList<>();

    /**
     * The alarms of one service.
     *
     * @param deploymentWait how long tasks of a deployment, of whichever service of the fleet, may wait for room without anything being wrong;
     *     asked at the end of the synthesis, because services that are added to the fleet later take room, too
     */
    ServiceAlarms(Construct scope, ServiceMetrics metrics, Supplier<java.time.Duration> deploymentWait) {
        this.scope = scope;
        this.metrics = metrics;
        this.deploymentWait = deploymentWait;
    }

    List<Alarm> build(Duration slow) {
        errors();
        latency(slow);
        health();
        connections();
        saturation();
        return List.copyOf(alarms);
    }

    private void errors() {
        // Without requests none has failed.
        add(
                above("TargetErrors", metrics.targetErrorPercent(), 3, 2).threshold(1),
                "The tasks return 5xx for more than 1 % of requests. Read the lines of level WARN and ERROR in the"
                        + " service's log. 502 to 504: the store refuses, is down or slow; check AWS Health and the task"
                        + " role's permissions. 500: a bug in the service; if it started with a deployment, deploy"
                        + " the previous version.");
        // The metric has a point only where there is an error. Those of one lost instance are over in half a minute,
        // which may be part of two periods.
        add(
                atLeast("BalancerErrors", metrics.balancerErrors(), 3, 3).threshold(5),
                "The load balancer itself returns 5xx. 503: no healthy task, see NoHealthyTask. 502: tasks close"
                        + " connections or crash. Read the stopped tasks' reasons (OutOfMemory?). 504: a response"
                        + " takes longer than the idle timeout; compare the budget's longestSilence with the"
                        + " store's times.");
    }

    private void latency(Duration slow) {
        // Without requests none is slow.
        add(
                above("SlowAnswers", metrics.timeToFirstByte(QUICK_QUARTER), 3, 3)
                        .threshold(slow.toMilliseconds().doubleValue() / 1000)
                        // A handful of requests has no meaningful quarter.
                        .evaluateLowSampleCountPercentile("ignore"),
                "Even the fastest quarter of requests waits " + slow.toMilliseconds()
                        + " ms for the first byte of the response. If TaskCpu is in alarm too, add tasks. Otherwise"
                        + " the store is slow: check AWS Health and S3's first-byte latency. If clients only"
                        + " upload, this is their bandwidth: raise slowResponses(…).");
    }

    private void health() {
        // Without any registered task there is no data; NoHealthyTask fires then.
        add(
                atLeast("UnhealthyTasks", metrics.unhealthyTasks(), 10, 10).threshold(1),
                "A task has failed its health checks for ten minutes and was not replaced. Read the service's"
                        + " events: no"
                        + " capacity, an image that cannot be pulled, or a task that starts and fails; then the task's"
                        + " log.");
        // No data means no task at all: INSUFFICIENT_DATA, which is notified. Made after the service, whose first tasks
        // take minutes: until then there is none to be missed.
        Alarm none = add(
                alarm("NoHealthyTask", metrics.healthyTasks(), 3, 3)
                        .comparisonOperator(ComparisonOperator.LESS_THAN_THRESHOLD)
                        .threshold(1)
                        .treatMissingData(TreatMissingData.MISSING),
                "No requests are served: no task has been healthy for three minutes. Read the service's events."
                        + " After a deployment: deploy the previous version. Without instances: check the Auto"
                        + " Scaling group's activities.");
        none.getNode().addDependency(metrics.service().getService());
    }

    private void connections() {
        // Both metrics have a point only where a connection was refused.
        add(
                above("RejectedConnections", metrics.refusedByBalancer(), 1, 1).threshold(EXCEEDED),
                "The load balancer has rejected connections: it is at its limit. It scales by itself within"
                        + " minutes; if this persists, find the client that opens them in the access log, and ask"
                        + " AWS for reserved capacity.");
        add(
                atLeast("RefusedByTasks", metrics.refusedByTasks(), 3, 3).threshold(10),
                "The load balancer cannot connect to tasks: they are at their connection limit, or they crash."
                        + " Raise minTasks or lower requestsPerTarget; if tasks stop, read their stopped reason.");
    }

    private void saturation() {
        // Without instances or tasks there is no data, and NoHealthyTask fires.
        if (metrics.fleet().hasManagedScaling()) {
            // A full fleet is what managed scaling aims at; a task without room is the fault.
            Number periods = Lazy.number(new CapacityPeriods(this::capacityPeriods));
            String minutes = Lazy.uncachedString(new CapacityMinutes(this::capacityPeriods));
            add(
                    above("CapacityMissing", metrics.capacityNeeded(), periods, periods)
                            .threshold(100),
                    "Tasks have waited for an instance for " + minutes
                            + " minutes: a deployment, a drain or scaling does not go on. Read the Auto Scaling"
                            + " group's activities. At its maximum: raise the fleet's maxInstances or lower maxTasks."
                            + " Below it: AWS has none of the types, or instances start and do not register.");
        } else {
            reserved("CpuReserved", metrics.cpuReserved(), "CPU");
            reserved("MemoryReserved", metrics.memoryReserved(), "memory");
        }
        over(
                "TaskCpu",
                metrics.taskCpu(),
                90,
                "Tasks have used more than 90 % of their CPU for a quarter of an hour, so scaling has not helped: the"
                        + " service is at maxTasks, or its new tasks cannot be placed. Read the service's events;"
                        + " raise maxTasks or the"
                        + " fleet's maxInstances.");
        over(
                "TaskMemory",
                metrics.taskMemory(),
                95,
                "A task is about to be killed for exceeding its memory limit. Raise memoryLimitMiB; if its memory"
                        + " grew without traffic, take a heap histogram before it is killed.");
    }

    /** A fleet without room for old and new tasks at once is over its bound for as long as a deployment goes on in rounds. */
    private int capacityPeriods() {
        long rounds = (deploymentWait.get().toSeconds() + 299) / 300;
        return (int) Math.min(MOST_CAPACITY_PERIODS, CAPACITY_PERIODS + rounds);
    }

    /** A class, because jsii calls no lambda back. */
    private record CapacityPeriods(IntSupplier periods) implements IStableNumberProducer {
        @Override
        public Number produce() {
            return periods.getAsInt();
        }
    }

    /** The same in minutes, as text. */
    private record CapacityMinutes(IntSupplier periods) implements IStringProducer {
        @Override
        public String produce(IResolveContext context) {
            return Integer.toString(5 * periods.getAsInt());
        }
    }

    /** Steps add one instance after the other, each of which needs minutes: what they can mend is not notified. */
    private void reserved(String id, IMetric metric, String what) {
        add(
                above(id, metric, 6, 6).threshold(90),
                "The cluster has had no " + what
                        + " left to reserve for half an hour: the next task, a deployment's or a"
                        + " drain's, may not be placed. Raise the fleet's maxInstances or take larger instances.");
    }

    private void over(String id, IMetric metric, int percent, String remedy) {
        add(above(id, metric, 3, 3).threshold(percent), remedy);
    }

    private Alarm.Builder above(String id, IMetric metric, Number periods, Number ofThem) {
        return alarm(id, metric, periods, ofThem).comparisonOperator(ComparisonOperator.GREATER_THAN_THRESHOLD);
    }

    private Alarm.Builder atLeast(String id, IMetric metric, int periods, int ofThem) {
        return alarm(id, metric, periods, ofThem)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD);
    }

    /** Missing data does not breach unless set otherwise; the callers say why. */
    private Alarm.Builder alarm(String id, IMetric metric, Number periods, Number ofThem) {
        return Alarm.Builder.create(scope, id)
                .metric(metric)
                .evaluationPeriods(periods)
                .datapointsToAlarm(ofThem)
                .treatMissingData(TreatMissingData.NOT_BREACHING);
    }

    private Alarm add(Alarm.Builder alarm, String remedy) {
        Alarm made = alarm.alarmDescription(remedy).build();
        alarms.add(made);
        return made;
    }
}
