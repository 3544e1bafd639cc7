package dev.banhmi.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ReflectionSupport;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.LauncherSession;
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

    /** What says that the limit of a wait has passed. By name, because not all of them are on the class path of every module. */
    private static final Set<String> LIMITS = Set.of(
            "org.awaitility.core.ConditionTimeoutException",
            "java.util.concurrent.TimeoutException",
            "java.net.SocketTimeoutException",
            "java.net.http.HttpTimeoutException");

    private final CancellationToken rest = CancellationToken.create();
    private final Map<String, Long> starts = new ConcurrentHashMap<>();

    private TestRun() {}

    /**
     * How a test ended.
     *
     * @param verdict in short
     * @param time what it took
     * @param id of the test, the same in every run
     * @param name of the test, for people
     */
    public record Ended(Verdict verdict, Duration time, String id, String name) {

        /**
         * Finds what a {@link TestRun} printed.
         *
         * @param lines its whole output
         * @return in the order in which the tests ended
         */
        public static List<Ended> parse(Stream<String> lines) {
            return lines.filter(line -> line.startsWith(MARK))
                    .map(line -> line.substring(MARK.length()).split("\t", 4))
                    .map(fields ->
                            new Ended(Verdict.valueOf(fields[0]), Duration.parse(fields[1]), fields[2], fields[3]))
                    .toList();
        }

        private String line() {
            return MARK + verdict + "\t" + time + "\t" + id + "\t" + name;
        }
    }

    /** Whether a test saw that the product is wrong. */
    public enum Verdict {
        /** It is as the test expects. */
        PASSED,
        /**
         * An assertion does not hold, in the test's own thread or in one that it waits for; an event never came; or the product
         * fails where it should not.
         */
        RED,
        /** Anything else: it says nothing about the product. */
        CRASHED
    }

    /**
     * Runs the tests that are named.
     *
     * @param tests full names of classes, or {@code class#method} for every method of that name
     */
    public static void main(String[] tests) {
        run(TestRun.class.getClassLoader(), List.of(tests));
        System.out.flush();
        System.exit(0);
    }

    /** Runs tests that a class loader finds. */
    static void run(ClassLoader loader, List<String> tests) {
        LauncherDiscoveryRequestBuilder discovery = LauncherDiscoveryRequestBuilder.request();
        for (String test : tests) {
            discovery.selectors(selectors(loader, test));
        }
        LauncherDiscoveryRequest request = discovery.build();
        TestRun run = new TestRun();
        try (LauncherSession session = LauncherFactory.openSession()) {
            session.getLauncher()
                    .execute(LauncherExecutionRequestBuilder.request(request)
                            .listeners(run)
                            .cancellationToken(run.rest)
                            .build());
        }
    }

    private static List<? extends DiscoverySelector> selectors(ClassLoader loader, String test) {
        String[] classAndMethod = test.split("#", 2);
        Class<?> type = ReflectionSupport.tryToLoadClass(classAndMethod[0], loader)
                .getNonNullOrThrow(
                        cause -> new IllegalArgumentException(classAndMethod[0] + " is not on the class path", cause));
        if (classAndMethod.length == 1) {
            return List.of(selectClass(type));
        }
        List<Method> methods = ReflectionSupport.findMethods(
                type, method -> method.getName().equals(classAndMethod[1]), HierarchyTraversalMode.TOP_DOWN);
        if (methods.isEmpty()) {
            throw new IllegalArgumentException(type.getName() + " has no method " + classAndMethod[1]);
        }
        return methods.stream().map(method -> selectMethod(type, method)).toList();
    }

    @Override
    public void executionStarted(TestIdentifier identifier) {
        starts.put(identifier.getUniqueId(), System.nanoTime());
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
            String id = identifier.getUniqueId();
            Duration time = Duration.ofNanos(System.nanoTime() - starts.getOrDefault(id, System.nanoTime()));
            // On a line of its own, whatever a test printed last.
            System.out.println(System.lineSeparator() + new Ended(verdict, time, id, name).line());
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

    private static boolean sees(Throwable failure) {
        Throwable cause = failure.getCause();
        if (cause != null && (failure instanceof ExecutionException || failure instanceof CompletionException)) {
            return sees(cause);
        }
        String name = failure.getClass().getName();
        return failure instanceof AssertionError
                || LIMITS.contains(name)
                // By name, because the product is not on the class path of every module.
                || (name.startsWith(PRODUCT) && !name.startsWith(TestRun.class.getPackageName()));
    }
}
