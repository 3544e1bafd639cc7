package dev.banhmi.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A process that makes one {@link TestRun} after the other, each with classes of its own: whoever tries a test on many
 * variants of the product pays once for the start of a JVM, of JUnit and of the libraries. Takes an {@link Order} a
 * line from its input, and says on its output when each is carried out and what to expect of the next one.
 */
public final class TestServer {
    /*
     * The class path of the process has everything but the code under test, which each run loads anew: the product, its
     * tests and this kit, whose constants are read from system properties. So no static of theirs outlives a run. Those of
     * the libraries do, and so do threads: a variant with a fault may leave one that never ends. A process in which one
     * still executes code under test is not fit for another run, and says so.
     */

    private static final String CODE_UNDER_TEST = "dev.banhmi.";

    /** How often, and how many milliseconds apart, it looks for threads that are about to end. */
    private static final int LOOKS = 10;

    private static final int LOOK_MILLIS = 30;

    private TestServer() {}

    /**
     * One run.
     *
     * @param output the file for what the tests print and how they ended, which {@link TestRun.Ended#parse} reads
     * @param classes directories and jars with the code under test, where the first one that has a class wins
     * @param properties system properties during the run
     * @param tests as {@link TestRun} takes them
     */
    public record Order(Path output, List<Path> classes, Map<String, String> properties, List<String> tests) {

        private static final String FIELD = "\t";
        private static final String ITEM = ",";

        /** Copies. */
        public Order {
            classes = List.copyOf(classes);
            properties = Map.copyOf(properties);
            tests = List.copyOf(tests);
        }

        /**
         * For the input of the process.
         *
         * @return a line without its end
         */
        public String line() {
            List<String> fields = new ArrayList<>(List.of(
                    output.toString(),
                    String.join(
                            File.pathSeparator,
                            classes.stream().map(Path::toString).toList()),
                    String.join(ITEM, tests)));
            properties.forEach((key, value) -> fields.add(key + "=" + value));
            return String.join(FIELD, fields);
        }

        private static Order parse(String line) {
            String[] fields = line.split(FIELD, -1);
            Map<String, String> properties = new LinkedHashMap<>();
            Stream.of(fields)
                    .skip(3)
                    .map(field -> field.split("=", 2))
                    .forEach(property -> properties.put(property[0], property[1]));
            return new Order(
                    Path.of(fields[0]),
                    Stream.of(fields[1].split(File.pathSeparator, -1))
                            .map(Path::of)
                            .toList(),
                    properties,
                    Arrays.asList(fields[2].split(ITEM, -1)));
        }
    }

    /** What a line of the process's output says: the order is carried out. */
    public enum Reply {
        /** It takes another one. */
        READY,
        /** Something of the run still executes, so no other should be made here. */
        OCCUPIED
    }

    /**
     * Carries out orders until its input ends.
     *
     * @param none no arguments
     * @throws Exception when it cannot; the process then ends with another code than 0
     */
    public static void main(String[] none) throws Exception {
        PrintStream replies = System.out;
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = orders.readLine(); line != null; line = orders.readLine()) {
            Reply reply = carryOut(Order.parse(line));
            replies.println(reply);
            replies.flush();
        }
        System.exit(0);
    }

    private static Reply carryOut(Order order) throws IOException, InterruptedException {
        PrintStream out = System.out;
        PrintStream err = System.err;
        Properties before = (Properties) System.getProperties().clone();
        try (PrintStream output = new PrintStream(Files.newOutputStream(order.output()), true, UTF_8);
                CodeUnderTest code = new CodeUnderTest(order.classes())) {
            System.setOut(output);
            System.setErr(output);
            order.properties().forEach(System::setProperty);
            // What it throws is printed, and then no test has ended.
            Thread runner = new Thread(() -> TestRun.run(code, order.tests()), "tests");
            runner.setContextClassLoader(code);
            runner.start();
            runner.join();
            return awaitNoThread() ? Reply.READY : Reply.OCCUPIED;
        } finally {
            System.setOut(out);
            System.setErr(err);
            System.setProperties(before);
        }
    }

    private static boolean awaitNoThread() throws IOException, InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            if (!executesCodeUnderTest()) {
                return true;
            }
            Thread.sleep(LOOK_MILLIS);
        }
        return false;
    }

    /** Whether any thread does, virtual ones too, of which only a dump tells. */
    private static boolean executesCodeUnderTest() throws IOException {
        Path directory = Files.createTempDirectory("threads-");
        Path dump = directory.resolve("dump");
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), ThreadDumpFormat.TEXT_PLAIN);
            try (Stream<String> lines = Files.lines(dump)) {
                return lines.anyMatch(
                        line -> line.contains(CODE_UNDER_TEST) && !line.contains(TestServer.class.getName() + "."));
            }
        } finally {
            Files.deleteIfExists(dump);
            Files.delete(directory);
        }
    }

    /** Loads the code under test itself, also where the process has it on its class path, and lets it do with the rest. */
    private static final class CodeUnderTest extends URLClassLoader {

        static {
            registerAsParallelCapable();
        }

        CodeUnderTest(List<Path> classes) throws MalformedURLException {
            super("code-under-test", urls(classes), TestServer.class.getClassLoader());
        }

        private static URL[] urls(List<Path> classes) throws MalformedURLException {
            URL[] urls = new URL[classes.size()];
            for (int i = 0; i < urls.length; i++) {
                urls[i] = classes.get(i).toUri().toURL();
            }
            return urls;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith(CODE_UNDER_TEST)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? own(name, resolve) : loaded;
            }
        }

        private Class<?> own(String name, boolean resolve) throws ClassNotFoundException {
            try {
                return findClass(name);
            } catch (ClassNotFoundException e) {
                return super.loadClass(name, resolve);
            }
        }
    }
}
