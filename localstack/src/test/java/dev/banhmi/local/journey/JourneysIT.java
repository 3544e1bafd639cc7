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
 * Every journey with every backend, or with the one that {@code -Djourneys.backend} names: two backends at a time, the journeys of one in
 * their order, and the longest begins at once, since the last one is the first that is taken. At the end the page in {@code docs/} has to say what came of them.
 */
@Order(1)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JourneysIT {

    private static final Path PAGE = Path.of("../docs/journeys.md");

    private final JourneyTable table = new JourneyTable();

    @Nested
    @Order(1)
    @Execution(ExecutionMode.CONCURRENT)
    class WithS3proxy extends Walk {

        WithS3proxy() {
            super(Backend.S3PROXY, table);
        }
    }

    @Nested
    @Order(2)
    @Execution(ExecutionMode.CONCURRENT)
    class WithS3Mock extends Walk {

        WithS3Mock() {
            super(Backend.S3MOCK, table);
        }
    }

    @Nested
    @Order(3)
    @Execution(ExecutionMode.CONCURRENT)
    class WithMoto extends Walk {

        WithMoto() {
            super(Backend.MOTO, table);
        }
    }

    @Nested
    @Order(4)
    @Execution(ExecutionMode.CONCURRENT)
    class WithLocalStack extends Walk {

        WithLocalStack() {
            super(Backend.LOCALSTACK, table);
        }
    }

    /** The journeys of one backend. */
    abstract static class Walk {

        private final Backend backend;
        private final JourneyTable table;
        private @Nullable JourneyWorld world;

        Walk(Backend backend, JourneyTable table) {
            this.backend = backend;
            this.table = table;
        }

        @TestFactory
        @Execution(ExecutionMode.SAME_THREAD)
        Stream<DynamicNode> journeys() {
            String chosen = System.getProperty("journeys.backend", "");
            if (!chosen.isEmpty() && !chosen.equalsIgnoreCase(backend.name())) {
                return Stream.empty();
            }
            List<DynamicNode> tests = new ArrayList<>();
            tests.add(dynamicTest("starts", this::start));
            for (Journey journey : Journey.ALL) {
                if (journey.notWalkedWith(backend).isEmpty()) {
                    tests.add(dynamicTest(journey.title(), () -> walk(journey)));
                }
            }
            tests.add(dynamicTest("stops", this::stop));
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

    /** A backend that this machine cannot run, or that was not chosen, keeps what the page says of it. */
    @AfterAll
    void thePageSaysWhatCameOfThem() throws IOException {
        List<Backend> tried =
                Arrays.stream(Backend.values()).filter(table::hasColumn).toList();
        assertThat(tried).as("backends that were tried").isNotEmpty();
        if (Boolean.getBoolean("journeys.update")) {
            assertThat(tried).as("a page for all backends").containsExactly(Backend.values());
            Files.writeString(PAGE, table.page(tried));
        }
        String page = Files.readString(PAGE);
        assertThat(onlyColumns(page, tried)).isEqualTo(onlyColumns(table.page(tried), tried));
        if (tried.size() == Backend.values().length) {
            assertThat(page).isEqualTo(table.page(tried));
        }
    }

    /** The rows of a page's table, with the first cell and those of some backends. */
    private static List<List<String>> onlyColumns(String page, List<Backend> backends) {
        List<String[]> rows = page.lines()
                .filter(line -> line.startsWith("|"))
                .map(line -> line.split("\\|", -1))
                .toList();
        List<String> head = Arrays.stream(rows.getFirst()).map(String::strip).toList();
        return rows.stream()
                .map(row -> Stream.concat(
                                Stream.of(row[1].strip()),
                                backends.stream().map(backend -> row[indexOf(head, backend)].strip()))
                        .toList())
                .toList();
    }

    private static int indexOf(List<String> head, Backend backend) {
        int index = head.indexOf(backend.title());
        assertThat(index).as("%s has no column %s", head, backend.title()).isPositive();
        return index;
    }
}
