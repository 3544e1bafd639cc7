package dev.banhmi.drain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.crac.Context;
import org.crac.Resource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Loads what an invocation needs before SnapStart takes its snapshot. It makes every call of both APIs over an HTTP client with canned
 * responses: no network, no credentials, no side effects. Never fails the publishing of a version.
 */
final class Priming implements Resource {

    private static final String INSTANCE = CannedResponses.INSTANCE;
    private static final Hook HOOK = new Hook(
            CannedResponses.GROUP, "priming", Duration.ofHours(1), Duration.ofDays(2), LifecycleResult.CONTINUE);

    private final Consumer<String> lines;

    Priming(Consumer<String> lines) {
        this.lines = lines;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        try {
            callEverything();
            // The trust store is most of the time that a first connection takes.
            SSLContext.getDefault().getSocketFactory();
            lines.accept(new JournalLine()
                    .text("level", "INFO")
                    .text("message", "Primed.")
                    .end(Instant.EPOCH));
        } catch (Exception e) {
            // A snapshot without priming is slow at first but correct.
            lines.accept(new JournalLine()
                    .text("level", "WARN")
                    .text("message", "Priming failed; the first event will take longer.")
                    .text("error", e.toString())
                    .end(Instant.EPOCH));
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        // Nothing that was primed reaches an invocation: no connection, no credentials, no response.
    }

    /** Every method of each port, and one whole evaluation. */
    static void callEverything() {
        ClusterName name = new ClusterName(CannedResponses.CLUSTER);
        TimeLeft timeLeft = new TimeLeft(() -> Duration.ofMinutes(1).toMillis());
        AwsCalls calls =
                AwsCalls.ofSweep(timeLeft, new Pace(() -> System.nanoTime() / 1_000_000, LambdaInvocation::sleep));
        AwsClients clients = AwsClients.over(
                new CannedResponses(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("priming", "priming")),
                Region.US_EAST_1);
        try (var ecs = clients.ecs();
                var autoScaling = clients.autoScaling()) {
            Cluster cluster = new EcsCluster(ecs, calls, name);
            Groups groups = new AutoScalingGroups(autoScaling, calls, Clock.systemUTC());
            cluster.find(CannedResponses.CONTAINER_INSTANCE);
            cluster.setDraining(CannedResponses.CONTAINER_INSTANCE);
            cluster.putMark(CannedResponses.CONTAINER_INSTANCE, DrainMark.format(Instant.EPOCH));
            cluster.putQuiet(CannedResponses.CONTAINER_INSTANCE, DrainMark.format(Instant.EPOCH));
            cluster.describe(List.of(CannedResponses.CONTAINER_INSTANCE));
            cluster.listTasks(Cluster.DesiredStatus.RUNNING);
            cluster.stopTask(CannedResponses.TASK, "Priming.");
            cluster.deregister(CannedResponses.CONTAINER_INSTANCE);
            groups.retainsAbandoned(CannedResponses.GROUP);
            groups.launchHooks(CannedResponses.GROUP);
            groups.launchedAt(INSTANCE, CannedResponses.GROUP);
            groups.complete(INSTANCE, HOOK, LifecycleResult.CONTINUE);
            groups.heartbeat(INSTANCE, HOOK);
            DrainPolicy policy = DrainPolicy.standard();
            Journal journal = new JournalLines(name, "priming", line -> {}, Clock.systemUTC());
            DrainEvaluation evaluation = new DrainEvaluation(
                    cluster,
                    groups,
                    policy,
                    new DrainDecision(policy),
                    journal,
                    Clock.systemUTC(),
                    new LambdaInvocation(timeLeft));
            evaluation.evaluate(new DrainHint.Sweep());
            evaluation.evaluate(
                    new DrainHint.TerminationNotice(INSTANCE, CannedResponses.GROUP, HOOK.name(), Optional.empty()));
        }
    }
}
