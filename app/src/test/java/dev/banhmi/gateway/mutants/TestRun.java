package dev.banhmi.gateway.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.banhmi.gateway.error.GatewayException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs test classes in this process and prints a line for each test that ended. */
final class TestRun implements TestExecutionListener {

    private static final String MARK = "@@";

    private TestRun() {}

    /**
     * How a test ended.
     *
     * @param verdict in short
     * @param id of the test, the same in every run
     * @param name of the test, for people
     */
    record Ended(Verdict verdict, String id, String name) {

        /** What a {@link TestRun} printed; other output is left out. */
        static List<Ended> parse(Stream<String> lines) {
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
    enum Verdict {
        PASSED,
        /** An assertion does not hold, or the product fails where it should not. */
        RED,
        /** Anything else: it says nothing about the product. */
        CRASHED
    }

    /**
     * Runs the classes that are named.
     *
     * @param classes their full names
     */
    public static void main(String[] classes) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Stream.of(classes).map(name -> selectClass(name)).toList())
                .build();
        Launcher launcher = LauncherFactory.create();
        launcher.execute(request, new TestRun());
        System.out.flush();
        System.exit(0);
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
            System.out.println(new Ended(verdict, identifier.getUniqueId(), name).line());
        }
    }

    private static Verdict verdictOf(TestExecutionResult result) {
        Optional<Throwable> failure = result.getThrowable();
        if (failure.isEmpty()) {
            return Verdict.PASSED;
        }
        boolean seen = failure.get() instanceof AssertionError || failure.get() instanceof GatewayException;
        return seen ? Verdict.RED : Verdict.CRASHED;
    }
}
