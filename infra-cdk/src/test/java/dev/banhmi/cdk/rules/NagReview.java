package dev.banhmi.cdk.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.ComposedApp;
import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import io.github.cdklabs.cdknag.NIST80053R5Checks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;

/**
 * What cdk-nag says about all stacks of one environment, with nothing suppressed.
 *
 * @param findings of AwsSolutions
 * @param verdicts of NIST 800-53 r5, one for each rule and resource that it applies to
 */
record NagReview(SortedSet<NagFinding> findings, List<Verdict> verdicts) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String NIST = "NIST.800.53.R5-";
    private static final Pattern REPORT_LINE = Pattern.compile("\"" + NIST + "([^\"]+)\",\"([^\"]+)\",\"([^\"]+)\",.*");

    /** @param compliance {@code Compliant}, {@code Non-Compliant}, or {@code UNKNOWN} for a rule that could not judge */
    record Verdict(String environment, String rule, String resource, String compliance) {
        boolean met() {
            return compliance.equals("Compliant");
        }
    }

    static NagReview of(String environment, Path directory) throws IOException {
        App app = ComposedApp.of(environment, directory);
        Aspects.of(app).add(AwsSolutionsChecks.Builder.create().reports(false).build());
        Aspects.of(app).add(NIST80053R5Checks.Builder.create().build());
        Path assembly = Path.of(app.synth().getDirectory());
        SortedSet<NagFinding> findings = new TreeSet<>();
        List<Verdict> verdicts = new ArrayList<>();
        try (Stream<Path> files = Files.list(assembly)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".metadata.json")) {
                    readAnnotations(environment, JSON.readTree(Files.readString(file)), findings);
                } else if (name.startsWith(NIST) && name.endsWith("-NagReport.csv")) {
                    readReport(environment, Files.readAllLines(file), verdicts);
                }
            }
        }
        return new NagReview(findings, verdicts);
    }

    private static void readAnnotations(String environment, JsonNode metadata, Set<NagFinding> findings) {
        metadata.properties()
                .forEach(construct -> construct
                        .getValue()
                        .forEach(entry -> NagFinding.read(
                                        environment,
                                        construct.getKey(),
                                        entry.path("data").asText())
                                .ifPresent(findings::add)));
    }

    private static void readReport(String environment, List<String> lines, List<Verdict> verdicts) {
        for (String line : lines.subList(1, lines.size())) {
            Matcher matcher = REPORT_LINE.matcher(line);
            if (!matcher.matches()) {
                throw new AssertionError("Not a line of a cdk-nag report: " + line);
            }
            verdicts.add(new Verdict(
                    environment,
                    matcher.group(1),
                    NagFinding.withoutEnvironment(environment, matcher.group(2)),
                    matcher.group(3)));
        }
    }
}
