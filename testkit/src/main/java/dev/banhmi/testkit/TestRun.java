package dev.banhmi.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs chosen tests of one module in this process, until one of them sees that the product is wrong, and prints a line for each that
 * ended. What a test started is stopped as usual before the process ends.
 */
public final class TestRun implements TestExecutionListener {

    private static final String MARK = "@@";
    private static final String PRODUCT = "dev.banhmi.";

    private final CancellationToken rest = CancellationToken.create();

    private TestRun() {}

    /**
     * How a test ended.
     *
     * @param verdict in short
     * @param id of the test, the same in every run
     * @param name of the test, for people
     */
    public record Ended(Verdict verdict, String id, String name) {

        /**
         * Finds what a {@link TestRun} printed.
         *
         * @param lines its whole output
         * @return in the order in which the tests ended
         */
        public static List<Ended> parse(Stream<String> lines) {
            return lines.filter(line -> line.startsWith(MARK))
                    .map(line -> line.substring(MARK.length()).split("\t", 3))
                    .map(fields -> new Ended(Verdict.valueOf(fields[0]), fields[1], fields[2]))
                    .toList();
        }

        private String line() {
            return MARK + verdict + "\t" + id + "\t" + name;
        }
    }

    /** Whether a test saw that the product is wrong. */
    public enum Verdict {
        /** It is as the test expects. */
        PASSED,
        /** An assertion does not hold, an event never came, or the product fails where it should not. */
        RED,
        /** Anything else: it says nothing about the product. */
        CRASHED
    }

    /**
     * Runs the tests that are named.
     *
     * @param tests full names of classes, or {@code class#method}
     */
    public static void main(String[] tests) {
        LauncherDiscoveryRequest discovery = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(tests).map(TestRun::selector).toList())
                .build();
        TestRun run = new TestRun();
        LauncherFactory.create()
                .execute(LauncherExecutionRequestBuilder.request(discovery)
                        .listeners(run)
                        .cancellationToken(run.rest)
                        .build());
        System.out.flush();
        System.exit(0);
    }

    private static DiscoverySelector selector(String test) {
        return test.contains("#") ? selectMethod(test) : selectClass(test);
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
        Verdict verdict = verdictOf(result);
        if (identifier.isTest() || verdict != Verdict.PASSED) {
            String name = identifier
                    .getSource()
                    .filter(MethodSource.class::isInstance)
                    .map(MethodSource.class::cast)
                    .map(method -> method.getJavaClass().getSimpleName() + "." + method.getMethodName())
                    .orElse(identifier.getDisplayName());
            // On a line of its own, whatever a test printed last.
            System.out.println(System.lineSeparator() + new Ended(verdict, identifier.getUniqueId(), name).line());
        }
        if (identifier.isTest() && verdict == Verdict.RED) {
            rest.cancel();
        }
    }

    private static Verdict verdictOf(TestExecutionResult result) {
        Optional<Throwable> failure = result.getThrowable();
        if (failure.isEmpty()) {
            return Verdict.PASSED;
        }
        failure.get().printStackTrace(System.out);
        return sees(failure.get()) ? Verdict.RED : Verdict.CRASHED;
    }

    /** By name, because neither the product nor Awaitility is on the class path of every module. */
    private static boolean sees(Throwable failure) {
        String name = failure.getClass().getName();
        return failure instanceof AssertionError
                || name.equals("org.awaitility.core.ConditionTimeoutException")
                || (name.startsWith(PRODUCT) && !name.startsWith(TestRun.class.getPackageName()));
    }
}
