package dev.banhmi.drain;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.crac.Context;
import org.crac.Resource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Loads what an invocation needs before SnapStart takes its snapshot. It goes through every call of both APIs, over an HTTP client
 * that answers by itself: no network, no credentials, nothing that anybody could notice. Never fails the publishing of a version.
 */
final class Priming implements Resource {

    private static final String INSTANCE = CannedAnswers.INSTANCE;
    private static final Hook HOOK =
            new Hook(CannedAnswers.GROUP, "priming", Duration.ofHours(1), Duration.ofDays(2), LifecycleResult.CONTINUE);

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
            // A snapshot without priming is slow at first and right for all that.
            lines.accept(new JournalLine()
                    .text("level", "WARN")
                    .text("message", "Priming failed; the first event will take longer.")
                    .text("error", e.toString())
                    .end(Instant.EPOCH));
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        // Nothing that was primed goes into an invocation: no connection, no credentials, no answer.
    }

    /** Each port's every method, and one evaluation as a whole. */
    static void callEverything() {
        ClusterName name = new ClusterName(CannedAnswers.CLUSTER);
        AwsCalls calls = new AwsCalls(new TimeLeft(() -> Duration.ofMinutes(1).toMillis()));
        AwsClients clients = AwsClients.over(
                new CannedAnswers(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("priming", "priming")),
                Region.US_EAST_1);
        try (var ecs = clients.ecs();
                var autoScaling = clients.autoScaling()) {
            Cluster cluster = new EcsCluster(ecs, calls, name);
            Groups groups = new AutoScalingGroups(autoScaling, calls);
            cluster.find(CannedAnswers.CONTAINER_INSTANCE);
            cluster.setDraining(CannedAnswers.CONTAINER_INSTANCE);
            cluster.putMark(CannedAnswers.CONTAINER_INSTANCE, DrainMark.format(Instant.EPOCH));
            cluster.putQuiet(CannedAnswers.CONTAINER_INSTANCE, DrainMark.format(Instant.EPOCH));
            cluster.stopTask(CannedAnswers.TASK, "Priming.");
            groups.retainsAbandoned(CannedAnswers.GROUP);
            groups.complete(INSTANCE, HOOK, LifecycleResult.CONTINUE);
            groups.heartbeat(INSTANCE, HOOK);
            DrainPolicy policy = DrainPolicy.standard();
            Journal journal = new JournalLines(name, "priming", line -> {}, Clock.systemUTC());
            DrainEvaluation evaluation =
                    new DrainEvaluation(cluster, groups, policy, new DrainDecision(policy), journal, Clock.systemUTC());
            evaluation.evaluate(new DrainHint.Sweep());
            evaluation.evaluate(
                    new DrainHint.TerminationNotice(INSTANCE, CannedAnswers.GROUP, HOOK.name(), Optional.empty()));
        }
    }
}
