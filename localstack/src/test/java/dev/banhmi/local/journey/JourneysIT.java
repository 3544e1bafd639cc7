package dev.banhmi.local.journey;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.journey.JourneyTable.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Every journey with s3proxy, and with each other backend those that are about the store; {@code JourneysSoakIT} walks the others, {@code make journeys}
 * all of them, or those of the backend that {@code -Djourneys.backend} names. Two backends at a time, the journeys of one in their order, and the longest begins
 * at once, since the last one is the first that is taken. At the end the page in {@code docs/} has to say what came of them.
 */
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JourneysIT {

    private static final Path PAGE = Path.of("../docs/journeys.md");
    private static final String NOT_TRIED = Outcome.NOT_TRIED.text();

    private final JourneyTable table = new JourneyTable();

    /** Which of them this class walks. */
    boolean isWalked(Journey journey, Backend backend) {
        return journey.isWalkedFirst(backend) || Boolean.getBoolean("journeys.all");
    }

    @Nested
    @Order(1)
    @Execution(ExecutionMode.CONCURRENT)
    class WithS3proxy extends Walk {

        WithS3proxy() {
            super(Backend.S3PROXY, table, JourneysIT.this::isWalked);
        }
    }

    @Nested
    @Order(2)
    @Execution(ExecutionMode.CONCURRENT)
    class WithS3Mock extends Walk {

        WithS3Mock() {
            super(Backend.S3MOCK, table, JourneysIT.this::isWalked);
        }
    }

    @Nested
    @Order(3)
    @Execution(ExecutionMode.CONCURRENT)
    class WithMoto extends Walk {

        WithMoto() {
            super(Backend.MOTO, table, JourneysIT.this::isWalked);
        }
    }

    @Nested
    @Order(4)
    @Execution(ExecutionMode.CONCURRENT)
    class WithLocalStack extends Walk {

        WithLocalStack() {
            super(Backend.LOCALSTACK, table, JourneysIT.this::isWalked);
        }
    }

    /** The journeys of one backend. */
    abstract static class Walk {

        private final Backend backend;
        private final JourneyTable table;
        private final BiPredicate<Journey, Backend> isWalked;
        private @Nullable JourneyWorld world;

        Walk(Backend backend, JourneyTable table, BiPredicate<Journey, Backend> isWalked) {
            this.backend = backend;
            this.table = table;
            this.isWalked = isWalked;
        }

        @TestFactory
        @Execution(ExecutionMode.SAME_THREAD)
        Stream<DynamicNode> journeys() {
            String chosen = System.getProperty("journeys.backend", "");
            if (!chosen.isEmpty() && !chosen.equalsIgnoreCase(backend.name())) {
                return Stream.empty();
            }
            List<DynamicNode> tests = new ArrayList<>();
            for (Journey journey : Journey.ALL) {
                if (journey.notWalkedWith(backend).isEmpty() && isWalked.test(journey, backend)) {
                    tests.add(dynamicTest(journey.title(), () -> walk(journey)));
                }
            }
            if (!tests.isEmpty()) {
                tests.addFirst(dynamicTest("starts", this::start));
                tests.add(dynamicTest("stops", this::stop));
            }
            return tests.stream();
        }

        private void start() {
            assumeTrue(backend.isPossible(), () -> backend.title() + " needs what this machine does not have");
            world = new JourneyWorld(backend);
        }

        private void walk(Journey journey) throws Exception {
            assumeTrue(backend.isPossible(), () -> backend.title() + " was not started");
            table.put(backend, journey, Outcome.FAILED);
            journey.walk(requireNonNull(world, "the gateway did not start"));
            table.put(backend, journey, Outcome.WALKED);
        }

        private void stop() {
            if (world != null) {
                world.close();
                world = null;
            }
        }
    }

    /** What was not walked, because this machine cannot or because another class does, keeps what the page says of it. */
    @AfterAll
    void thePageSaysWhatCameOfThem() throws IOException {
        assertThat(table.isEmpty()).as("nothing was walked").isFalse();
        if (Boolean.getBoolean("journeys.update")) {
            assertThat(table.page()).as("a page for all backends").doesNotContain(NOT_TRIED);
            Files.writeString(PAGE, table.page());
        }
        List<String> page = Files.readAllLines(PAGE);
        List<String> walked = table.page().lines().toList();
        assertThat(page).hasSameSizeAs(walked);
        for (int line = 0; line < walked.size(); line++) {
            assertThat(cells(page.get(line))).zipSatisfy(cells(walked.get(line)), (says, came) -> {
                if (!came.equals(NOT_TRIED)) {
                    assertThat(says).isEqualTo(came);
                }
            });
        }
    }

    private static List<String> cells(String line) {
        return Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
    }
}
