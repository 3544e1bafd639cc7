package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ecs.EcsClient;

class AwsActionsTest {

    private static final Map<String, String> PREFIXES =
            Map.of(EcsClient.class.getName(), "ecs:", AutoScalingClient.class.getName(), "autoscaling:");
    private static final Set<String> NO_CALLS = Set.of("builder", "close", "create");

    /** From the byte code: an operation that nothing at run time reaches in a test counts, too. */
    @Test
    void declaresExactlyTheActionsThatTheCodeCanCall() throws IOException {
        JavaClasses drain = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.banhmi.drain");
        Set<String> called = drain.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .map(JavaMethodCall::getTarget)
                .filter(target -> PREFIXES.containsKey(target.getOwner().getName()))
                .filter(target -> !NO_CALLS.contains(target.getName()))
                .map(target -> PREFIXES.get(target.getOwner().getName()) + action(target.getName()))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(called).isNotEmpty().isEqualTo(declared());
    }

    private static String action(String method) {
        String operation = method.endsWith("Paginator") ? method.substring(0, method.length() - 9) : method;
        return operation.substring(0, 1).toUpperCase(Locale.ROOT) + operation.substring(1);
    }

    private static Set<String> declared() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(DrainHandler.class.getResourceAsStream("/META-INF/banhmi/iam-actions.json"))) {
            return JsonNode.parser().parse(file).field("actions").orElseThrow().asArray().stream()
                    .map(JsonNode::asString)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
