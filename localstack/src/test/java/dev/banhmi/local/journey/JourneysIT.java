package dev.banhmi.local.journey;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.journey.JourneyTable.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Every journey with every backend, or with the one that {@code -Djourneys.backend} names. At the end the page in {@code docs/} has to
 * say what came of them.
 */
class JourneysIT {

    private static final Path PAGE = Path.of("../docs/journeys.md");

    private final JourneyTable table = new JourneyTable();
    private @Nullable JourneyWorld world;

    @TestFactory
    Stream<DynamicNode> journeys() {
        return Stream.concat(
                chosen().stream().map(this::journeysWith),
                Stream.of(dynamicTest("docs/journeys.md says what came of them", this::comparePage)));
    }

    private static List<Backend> chosen() {
        String name = System.getProperty("journeys.backend", "");
        return name.isEmpty() ? List.of(Backend.values()) : List.of(Backend.valueOf(name.toUpperCase(Locale.ROOT)));
    }

    private DynamicNode journeysWith(Backend backend) {
        List<DynamicNode> tests = new ArrayList<>();
        tests.add(dynamicTest("starts", () -> start(backend)));
        for (Journey journey : Journey.ALL) {
            if (journey.notWalkedWith(backend).isEmpty()) {
                tests.add(dynamicTest(journey.title(), () -> walk(journey, backend)));
            }
        }
        tests.add(dynamicTest("stops", this::stop));
        return dynamicContainer(backend.title(), tests);
    }

    private void start(Backend backend) {
        assumeTrue(backend.isPossible(), () -> backend.title() + " needs what this machine does not have");
        world = new JourneyWorld(backend);
    }

    private void walk(Journey journey, Backend backend) throws Exception {
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

    /** A backend that this machine cannot run, or that was not chosen, keeps what the page says of it. */
    private void comparePage() throws IOException {
        List<Backend> tried =
                Arrays.stream(Backend.values()).filter(table::hasColumn).toList();
        assertThat(tried).isNotEmpty();
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
