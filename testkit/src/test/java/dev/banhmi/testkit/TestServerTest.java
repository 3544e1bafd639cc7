package dev.banhmi.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.TestRun.Ended;
import dev.banhmi.testkit.TestRun.Verdict;
import dev.banhmi.testkit.TestServer.Order;
import dev.banhmi.testkit.TestServer.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestServerTest {

    private static final List<Path> CODE = List.of(locationOf(TestServerTest.class), locationOf(TestServer.class));

    private final Process process = start();
    private final BufferedReader replies = process.inputReader();
    private final Writer orders = process.outputWriter();
    private int runs;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    /** Not run by itself, nor the next ones. */
    static class CountsItsRuns {

        private static final AtomicInteger RUNS = new AtomicInteger();

        @Test
        void isTheFirst() {
            assertThat(RUNS.incrementAndGet()).isEqualTo(1);
        }

        @Test
        void isNotAskedFor() {
            throw new AssertionError();
        }
    }

    static class TellsItsLimit {

        @Test
        void tells() {
            System.out.println("limit " + Patience.HANGS + ", other " + System.getProperty("other"));
            System.setProperty("other", "set by a test");
        }
    }

    static class LeavesAThread {

        @Test
        void leaves() throws InterruptedException {
            CountDownLatch runs = new CountDownLatch(1);
            Thread.startVirtualThread(() -> {
                runs.countDown();
                while (true) {
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        throw new AssertionError("nobody interrupts", e);
                    }
                }
            });
            // One that has not run yet has no frame by which it could be known.
            runs.await();
        }
    }

    @AfterEach
    void stop() {
        process.destroyForcibly();
    }

    @Test
    void runsEachTimeOnClassesOfItsOwn() throws IOException {
        for (int run = 0; run < 2; run++) {
            assertThat(replyTo(CountsItsRuns.class.getName() + "#isTheFirst", Map.of()))
                    .isEqualTo(Reply.READY);
            assertThat(ended()).extracting(Ended::verdict).containsExactly(Verdict.PASSED);
        }
    }

    @Test
    void hasThePropertiesOfEachRunAndNoOthers() throws IOException {
        for (Duration limit : List.of(Duration.ofSeconds(1), Duration.ofSeconds(2))) {
            replyTo(TellsItsLimit.class.getName(), Map.of("banhmi.hangs", limit.toString()));
            assertThat(output()).contains("limit " + limit + ", other null");
        }
    }

    @Test
    void saysWhenSomethingOfARunStillExecutes() throws IOException {
        assertThat(replyTo(LeavesAThread.class.getName(), Map.of())).isEqualTo(Reply.OCCUPIED);
        assertThat(ended()).extracting(Ended::verdict).containsExactly(Verdict.PASSED);
    }

    @Test
    void printsWhyNothingHasEnded() throws IOException {
        assertThat(replyTo("dev.banhmi.Missing", Map.of())).isEqualTo(Reply.READY);
        assertThat(ended()).isEmpty();
        assertThat(output()).contains("dev.banhmi.Missing is not on the class path");
    }

    private Reply replyTo(String test, Map<String, String> properties) throws IOException {
        runs++;
        orders.write(new Order(file(), CODE, properties, List.of(test)).line() + "\n");
        orders.flush();
        return Reply.valueOf(replies.readLine());
    }

    private List<Ended> ended() throws IOException {
        try (Stream<String> lines = output().lines()) {
            return Ended.parse(lines);
        }
    }

    private String output() throws IOException {
        return Files.readString(file());
    }

    /** Of the last run. */
    private Path file() {
        return directory.resolve("output-" + runs);
    }

    private static Process start() {
        try {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            TestServer.class.getName())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path locationOf(Class<?> type) {
        return Path.of(URI.create(
                type.getProtectionDomain().getCodeSource().getLocation().toString()));
    }
}
