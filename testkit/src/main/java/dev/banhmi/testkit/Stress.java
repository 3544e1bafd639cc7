package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.ClassNameFilter.includeClassNamePatterns;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/**
 * Runs the unit tests of one module again and again in one JVM, each time in another random order of classes and methods. What one
 * round leaves in a static field is still there in the next, so a test that relies on being first is found as well.
 *
 * <p>A round's number added to the seed gives its orders and, as {@code banhmi.seed}, its random tests.
 */
public final class Stress {

    private static final int MOST_FAILURES_SHOWN = 20;

    private Stress() {}

    /**
     * Ends with code 1 after the first round that is not green.
     *
     * @param arguments the module's name, the number of rounds, the seed and the directory with the test classes
     */
    public static void main(String[] arguments) {
        String module = arguments[0];
        int rounds = Integer.parseInt(arguments[1]);
        long seed = Long.parseLong(arguments[2]);
        Path classes = Path.of(arguments[3]);
        for (int round = 1; round <= rounds; round++) {
            long start = System.nanoTime();
            TestExecutionSummary summary = run(classes, seed + round);
            // The form of Surefire's own closing line.
            System.err.printf(
                    "Tests run: %d, Failures: %d, Errors: 0, Skipped: %d - %s, round %d of %d, %d s%n",
                    summary.getTestsStartedCount(),
                    summary.getTotalFailureCount(),
                    summary.getTestsSkippedCount(),
                    module,
                    round,
                    rounds,
                    Duration.ofNanos(System.nanoTime() - start).toSeconds());
            if (summary.getTotalFailureCount() > 0 || summary.getTestsStartedCount() == 0) {
                summary.printFailuresTo(new PrintWriter(System.err, true, UTF_8), MOST_FAILURES_SHOWN);
                System.exit(1);
            }
        }
        System.exit(0);
    }

    private static TestExecutionSummary run(Path classes, long seed) {
        System.setProperty(Seeds.PROPERTY, Long.toString(seed));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClasspathRoots(Set.of(classes)))
                .filters(includeClassNamePatterns(".*Test"), TagFilter.excludeTags("soak"))
                .configurationParameter("junit.jupiter.execution.order.random.seed", Long.toString(seed))
                .configurationParameter(
                        "junit.jupiter.testclass.order.default", "org.junit.jupiter.api.ClassOrderer$Random")
                .configurationParameter(
                        "junit.jupiter.testmethod.order.default", "org.junit.jupiter.api.MethodOrderer$Random")
                .build();
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, listener);
        return listener.getSummary();
    }
}
