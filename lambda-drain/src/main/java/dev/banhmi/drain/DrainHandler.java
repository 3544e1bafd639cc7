package dev.banhmi.drain;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.crac.Core;
import software.amazon.awssdk.regions.Region;

/**
 * The Lambda entry point, {@code dev.banhmi.drain.DrainHandler::handleRequest}. Builds settings and clients once and passes each event to
 * an evaluation. Lambda uses one instance from one thread at a time.
 */
public final class DrainHandler implements RequestStreamHandler {

    private final DrainSettings settings;
    private final AwsClients clients;
    private final Clock clock = Clock.systemUTC();
    private final Pace pace = new Pace(() -> System.nanoTime() / 1_000_000, LambdaInvocation::sleep);

    /** Kept here because the checkpoint context holds its resources weakly. */
    private final Priming priming;

    /**
     * Reads the environment and builds the clients; makes no call.
     *
     * @throws IllegalArgumentException when the environment is wrong; the message lists everything
     */
    public DrainHandler() {
        settings = DrainSettings.from(System.getenv());
        Region region = Region.of(System.getenv("AWS_REGION"));
        clients = AwsClients.create(region);
        priming = new Priming(System.out::println);
        Core.getGlobalContext().register(priming);
    }

    /**
     * Evaluates what the event hints at.
     *
     * @param event JSON of EventBridge, SNS or the schedule
     * @param output nothing is written to it
     * @param context provides the remaining time
     * @throws RuntimeException when an evaluation failed; Lambda's retry, the dead letter queue and the sweep take over
     */
    @Override
    public void handleRequest(InputStream event, OutputStream output, Context context) {
        TimeLeft timeLeft = new TimeLeft(context::getRemainingTimeInMillis);
        List<DrainHint> hints = DrainHints.parse(event);
        AwsCalls calls = hints.contains(new DrainHint.Sweep())
                ? AwsCalls.ofSweep(timeLeft, pace)
                : AwsCalls.ofEvent(timeLeft, pace);
        DrainEvaluation evaluation = new DrainEvaluation(
                new EcsCluster(clients.ecs(), calls, settings.cluster()),
                new AutoScalingGroups(clients.autoScaling(), calls, clock),
                settings.policy(),
                new DrainDecision(settings.policy()),
                new JournalLines(settings.cluster(), context.getAwsRequestId(), System.out::println, clock),
                clock,
                new LambdaInvocation(timeLeft));
        evaluateAll(evaluation, hints);
    }

    /** The SNS records of one event are independent of each other. */
    private static void evaluateAll(DrainEvaluation evaluation, List<DrainHint> hints) {
        List<RuntimeException> failures = new ArrayList<>();
        for (DrainHint hint : hints) {
            try {
                evaluation.evaluate(hint);
            } catch (RuntimeException e) {
                failures.add(e);
            }
        }
        Failures.throwFirst(failures);
    }
}
