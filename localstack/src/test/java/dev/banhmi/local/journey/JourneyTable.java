package dev.banhmi.local.journey;

import dev.banhmi.local.backend.Backend;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What came of every journey with every backend, as the page {@code docs/journeys.md}. Thread-safe. */
final class JourneyTable {

    /** One cell. */
    enum Outcome {
        WALKED("yes"),
        FAILED("**no**"),
        NOT_TRIED("not tried");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** In a cell of the page. */
        String text() {
            return text;
        }
    }

    private final Map<Backend, Map<Journey, Outcome>> outcomes = new EnumMap<>(Backend.class);

    synchronized void put(Backend backend, Journey journey, Outcome outcome) {
        outcomes.computeIfAbsent(backend, key -> new HashMap<>()).put(journey, outcome);
    }

    /** Whether nothing was tried. */
    synchronized boolean isEmpty() {
        return outcomes.isEmpty();
    }

    /** The page with columns for all backends. */
    synchronized String page() {
        List<Backend> backends = List.of(Backend.values());
        List<String> notes = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        rows.add(Stream.concat(Stream.of(""), backends.stream().map(Backend::title))
                .toList());
        rows.add(rows.getFirst().stream().map(cell -> "---").toList());
        for (Journey journey : Journey.ALL) {
            List<String> row = new ArrayList<>(List.of(journey.title()));
            for (Backend backend : backends) {
                row.add(cell(journey, backend, notes));
            }
            rows.add(row);
        }
        String table = rows.stream()
                .map(row -> "| " + String.join(" | ", row) + " |\n")
                .collect(Collectors.joining());
        StringBuilder page = new StringBuilder(INTRODUCTION).append(table).append('\n');
        for (int note = 0; note < notes.size(); note++) {
            page.append(note + 1).append(". ").append(notes.get(note)).append('\n');
        }
        return page.toString();
    }

    private String cell(Journey journey, Backend backend, List<String> notes) {
        String reason = journey.notWalkedWith(backend);
        if (reason.isEmpty()) {
            return outcomes.getOrDefault(backend, Map.of()).getOrDefault(journey, Outcome.NOT_TRIED).text;
        }
        if (!notes.contains(reason)) {
            notes.add(reason);
        }
        return "– (" + (notes.indexOf(reason) + 1) + ")";
    }

    private static final String INTRODUCTION = """
        # Journeys and backends

        What users do, walked from end to end by `JourneysIT` and, where another store only repeats it, by `JourneysSoakIT`: the packaged gateway as a
        process, a store beside it, the shell or a plain HTTP client in front. "yes" is a journey that was walked and whose every check held. This
        page is written by the test (`make journeys UPDATE=1`), which fails when it says anything else. One backend alone: `make journeys BACKEND=moto`.

        """;
}
