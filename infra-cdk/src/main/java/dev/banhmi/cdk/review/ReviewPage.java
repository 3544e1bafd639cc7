package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * One page about a synthesized cloud assembly, for the reviewer who approves its deployment: what there is, what is open, what is public,
 * which permissions are wide and why, and what a deployment would replace, remove or rename compared with the committed snapshots.
 */
public final class ReviewPage {
    private static final int EXIT_NO_INPUT = 66;

    private final Assembly assembly;
    private final WildcardReasons reasons;
    private final Map<String, JsonNode> snapshots;
    private final StringBuilder page = new StringBuilder();

    private ReviewPage(Assembly assembly, WildcardReasons reasons, Map<String, JsonNode> snapshots) {
        this.assembly = assembly;
        this.reasons = reasons;
        this.snapshots = snapshots;
    }

    /**
     * Prints the page about the assembly that {@code make synth} wrote; the working directory is the repository's root. Exits with code 66
     * and a message when a file is missing.
     *
     * @param arguments the directory of the assembly, {@code infra-cdk/target/cdk.out} without any
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments.length == 0 ? "infra-cdk/target/cdk.out" : arguments[0]);
        // The page contains names chosen by people; the platform's charset may be ASCII only.
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try {
            out.print(of(
                    directory, Path.of("infra-cdk/src/test/snapshots"), Path.of("infra-cdk/review/iam-reasons.yaml")));
        } catch (ReviewException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_NO_INPUT);
        }
    }

    /**
     * Writes the page.
     *
     * @param directory of the cloud assembly
     * @param snapshotDirectory with the committed snapshots; a stack without one is said to be new
     * @param reasonsFile why each IAM wildcard is there
     * @return lines of at most a hundred characters
     * @throws ReviewException if a file is missing or cannot be read
     */
    public static String of(Path directory, Path snapshotDirectory, Path reasonsFile) {
        Assembly assembly = Assembly.read(directory);
        Map<String, JsonNode> snapshots = new LinkedHashMap<>();
        for (StackTemplate stack : assembly.stacks()) {
            Snapshot.committed(snapshotDirectory, stack.name())
                    .ifPresent(snapshot -> snapshots.put(stack.name(), snapshot));
        }
        return of(assembly, WildcardReasons.read(reasonsFile), snapshots);
    }

    static String of(Assembly assembly, WildcardReasons reasons, Map<String, JsonNode> snapshots) {
        ReviewPage page = new ReviewPage(assembly, reasons, snapshots);
        page.stacks();
        page.section("Resources by type", page.resources());
        page.section("Open ports", new OpenPorts(assembly).table());
        page.section("Public", new PublicThings(assembly).table());
        page.wildcards();
        page.changes();
        return page.page.toString();
    }

    private void stacks() {
        Table table = new Table();
        for (StackTemplate stack : assembly.stacks()) {
            table.row(
                    stack.name(),
                    stack.region(),
                    stack.resources().size() + " resources",
                    stack.terminationProtection() ? "termination protected" : "not termination protected");
        }
        section("Stacks", table);
    }

    /** One line per stack and AWS service: one per type would fill the page by itself. */
    private Table resources() {
        Table table = new Table();
        for (StackTemplate stack : assembly.stacks()) {
            Map<String, Map<String, Integer>> services = new TreeMap<>();
            for (Resource resource : stack.resources()) {
                int end = resource.type().lastIndexOf("::");
                services.computeIfAbsent(
                                resource.type().substring(0, end).replace("AWS::", ""), service -> new TreeMap<>())
                        .merge(resource.type().substring(end + 2), 1, Integer::sum);
            }
            services.forEach((service, counts) -> table.row(
                    shortName(stack.name()),
                    service,
                    counts.entrySet().stream()
                            .map(count -> count.getValue() + " " + count.getKey())
                            .collect(Collectors.joining(", "))));
        }
        return table;
    }

    private void wildcards() {
        List<Wildcard> wildcards = Wildcard.of(assembly);
        Table table = new Table();
        for (Wildcard wildcard : wildcards) {
            String only = wildcard.conditions().isEmpty() ? "" : " if " + String.join(", ", wildcard.conditions());
            table.row(
                    wildcard.holder(),
                    String.join(", ", wildcard.actions()) + " on " + wildcard.resource() + only + ". "
                            + reasons.reason(wildcard)
                                    .map(reason -> "Why: " + reason)
                                    .orElse("UNEXPLAINED"));
        }
        int unexplained = reasons.unexplained(wildcards).size();
        section("IAM wildcards" + (unexplained == 0 ? "" : ": " + unexplained + " UNEXPLAINED"), table);
    }

    private void changes() {
        List<Change> changes = Changes.of(Changes.normalised(assembly), snapshots, ReplacementRules.shipped());
        Table table = new Table();
        assembly.stacks().stream()
                .filter(stack -> !snapshots.containsKey(stack.name()))
                .forEach(stack -> table.row("new", stack.name() + " has no committed snapshot"));
        Map<String, Integer> rows = new LinkedHashMap<>();
        changes.forEach(change -> rows.merge(change.kind().label(), 1, Integer::sum));
        changes.forEach(change -> table.row(
                change.kind().label(),
                shortName(change.stack()) + " " + (change.type().isEmpty() ? "" : change.type() + " ") + change.id()
                        + (change.detail().isEmpty() ? "" : ": " + change.detail())));
        section(
                "Compared with the committed snapshots"
                        + (changes.isEmpty()
                                ? ""
                                : ": "
                                        + rows.entrySet().stream()
                                                .map(row -> row.getValue() + " " + row.getKey())
                                                .collect(Collectors.joining(", "))),
                table);
    }

    /** The part of the name that distinguishes the stacks of one environment. */
    private String shortName(String stack) {
        TreeSet<String> names =
                assembly.stacks().stream().map(StackTemplate::name).collect(Collectors.toCollection(TreeSet::new));
        String first = names.first();
        int common = 0;
        while (names.size() > 1 && common < first.length() && names.last().regionMatches(0, first, 0, common + 1)) {
            common++;
        }
        return stack.substring(first.lastIndexOf('-', common) + 1);
    }

    private void section(String title, Table table) {
        page.append(page.length() == 0 ? "" : "\n").append(title).append('\n');
        if (table.isEmpty()) {
            page.append("  nothing\n");
        }
        table.lines().forEach(line -> page.append(line).append('\n'));
    }
}
