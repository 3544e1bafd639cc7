package dev.banhmi.cdk.rules;

import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;

/** The tables of reasons in {@code src/test/resources/rules/}: why a finding is right for us. */
final class AcceptedFindings {
    private AcceptedFindings() {}

    /** A row of {@code aws-solutions.yaml}, once for each environment that it applies to; the value is the reason. */
    static SortedMap<NagFinding, String> ofAwsSolutions() throws IOException {
        SortedMap<NagFinding, String> accepted = new TreeMap<>();
        for (Object entry : (List<?>) read("/rules/aws-solutions.yaml")) {
            Map<?, ?> row = (Map<?, ?>) entry;
            for (String environment : environments(row.get("only"))) {
                NagFinding finding = new NagFinding(environment, text(row, "resource"), text(row, "rule"));
                if (accepted.put(finding, text(row, "reason")) != null) {
                    throw new AssertionError("Two reasons for " + finding);
                }
            }
        }
        return accepted;
    }

    /** {@code nist-800-53.yaml}: a rule, and why we do not meet it. */
    static SortedMap<String, String> ofNist() throws IOException {
        SortedMap<String, String> accepted = new TreeMap<>();
        ((Map<?, ?>) read("/rules/nist-800-53.yaml"))
                .forEach((rule, reason) -> accepted.put((String) rule, (String) reason));
        return accepted;
    }

    private static List<String> environments(@Nullable Object only) {
        List<String> all = new ArrayList<>(SynthesizedAssembly.environments());
        if (only == null) {
            return all;
        }
        if (!all.contains(only)) {
            throw new AssertionError("No such environment: " + only);
        }
        return List.of((String) only);
    }

    private static String text(Map<?, ?> row, String key) {
        if (row.get(key) instanceof String value && !value.isBlank()) {
            return value;
        }
        throw new AssertionError(key + " is missing in " + row);
    }

    private static Object read(String resource) throws IOException {
        try (InputStream table = AcceptedFindings.class.getResourceAsStream(resource)) {
            return new Yaml().load(Objects.requireNonNull(table, resource));
        }
    }
}
