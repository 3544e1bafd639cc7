package dev.banhmi.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** "The first deployment" in docs/operator.md says what the code and the templates say, and leaves nothing of them out. */
class FirstDeploymentPageTest {
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern KEY = Pattern.compile("`(fleet|network|service|objects)\\.([a-z-]+)`");

    private static String page;
    private static List<String> sources;

    @BeforeAll
    static void read() throws IOException {
        String whole = Files.readString(Path.of("../docs/operator.md"));
        page = whole.substring(
                whole.indexOf("### The first deployment"), whole.indexOf("### Times that belong together"));
        sources = new ArrayList<>();
        for (Path directory :
                List.of(Path.of("src/main"), Path.of("config"), Path.of("../bin"), Path.of("src/test/snapshots"))) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    sources.add(asPrinted(Files.readString(file)));
                }
            }
        }
        sources.add(
                asPrinted(Files.readString(Path.of("../app/src/main/java/dev/banhmi/gateway/error/ErrorCode.java"))));
        sources.add(Files.readString(Path.of("../bin/push")).replace("fail \"", "push: "));
        // Those that have constants in them are provoked.
        sources.add(
                messageOf(() -> DeploymentConfig.read(Path.of("config"), "prod", Purpose.DEPLOYMENT, Synthesis.TODAY)));
        sources.add(messageOf(() -> ServiceImage.asset(Path.of("target/no-such-image.tar"))));
    }

    private static String messageOf(ThrowingCallable wrong) {
        return Objects.requireNonNull(catchThrowable(wrong).getMessage());
    }

    /** Whoever sees a message searches the page for it: one that is spelled otherwise is not found. */
    @Test
    void quotesOurMessagesAsTheCodeHasThemAndThoseOfAwsAsTheListHasThem() throws IOException {
        Set<String> unknown = new TreeSet<>();
        Set<String> quoted = new TreeSet<>();
        Map<String, String> others = messagesOfOthers();
        page.lines()
                .filter(line -> line.startsWith("| "))
                .forEach(line -> quoted.addAll(spans(line.split(" \\| ", 2)[0])));
        quoted.addAll(List.of(
                "Nothing protects the stack from being removed.",
                "cannot be deleted while TerminationProtection is enabled"));
        for (String message : quoted) {
            assertThat(page).contains("`" + message + "`");
            if (!others.containsKey(message) && !isOurs(message)) {
                unknown.add(message);
            }
        }
        assertThat(quoted).hasSizeGreaterThan(60);
        assertThat(unknown)
                .as("neither in the code nor in first-deployment-messages.tsv")
                .isEmpty();
        assertThat(quoted).as("in the list, but not quoted").containsAll(others.keySet());
    }

    @Test
    void findsAMessageThatIsSpelledOtherwise() {
        assertThat(isOurs("is REPLACE, expected")).isTrue();
        assertThat(isOurs("No environment \"…\" in …, choose one with -c env=<name>"))
                .isTrue();
        assertThat(isOurs("is REPLACED, expected")).isFalse();
        assertThat(isOurs("choose one with -c env=<name> in …, No environment")).isFalse();
    }

    /** Each of them runs, or is looked up, while a stack is deployed: each is a way to stop. */
    @Test
    void namesEverythingThatActsDuringADeployment() throws IOException {
        Set<String> acting = new TreeSet<>();
        for (String environment : SynthesizedAssembly.environments()) {
            Synthesis synthesis = SynthesizedAssembly.shared(environment);
            for (JsonNode template : List.of(synthesis.foundation(), synthesis.service())) {
                template.path("Rules").fieldNames().forEachRemaining(acting::add);
                template.path("Parameters").properties().forEach(parameter -> {
                    if (parameter.getValue().path("Type").asText().startsWith("AWS::SSM::Parameter::Value")) {
                        acting.add(parameter.getKey().replaceFirst("^FleetLaunchTemplate|", ""));
                    }
                });
                template.path("Resources").properties().forEach(resource -> {
                    if (resource.getValue().path("Type").asText().startsWith("Custom::")) {
                        acting.add(resource.getKey());
                    }
                });
            }
        }
        acting.removeIf(name -> name.contains("AutoDeleteObjects")
                || name.equals("CheckBootstrapVersion")
                || name.startsWith("BootstrapVersion"));
        Set<String> named = new TreeSet<>();
        acting.forEach(
                name -> named.add(name.replaceFirst("[0-9A-F]{8}$", "").replaceFirst("^FleetLaunchTemplate", "")));
        assertThat(named)
                .contains(
                        "EcsRole",
                        "NetworkDefaultSecurityGroup",
                        "ExampleOnly",
                        "NetworkIds",
                        "BucketIds",
                        "NewestImage")
                .allMatch(name -> page.contains("`" + name + "`"));
    }

    /** Not every region has them, and CloudFormation says so when it makes the first function that wants one. */
    @Test
    void namesWhatARegionMustHaveForTheFunctions() throws IOException {
        Set<String> wanted = new TreeSet<>();
        for (String environment : SynthesizedAssembly.environments()) {
            Synthesis synthesis = SynthesizedAssembly.shared(environment);
            for (JsonNode template : List.of(synthesis.foundation(), synthesis.service())) {
                template.path("Resources").properties().forEach(resource -> {
                    JsonNode function = resource.getValue().path("Properties");
                    if (resource.getValue().path("Type").asText().equals("AWS::Lambda::Function")
                            && !resource.getKey().contains("AutoDelete")) {
                        wanted.add(function.path("Runtime").asText());
                        function.path("Architectures").forEach(one -> wanted.add(one.asText()));
                        if (function.has("SnapStart")) {
                            wanted.add("SnapStart");
                        }
                    }
                });
            }
        }
        assertThat(wanted).contains("java25", "arm64", "SnapStart").allMatch(name -> page.contains("`" + name + "`"));
    }

    /** It asks before it gives rights away, and a pipeline has nobody who could answer. */
    @Test
    void saysHowAPipelineAnswersTheQuestionOfTheCommandLine() throws IOException {
        assertThat(new ObjectMapper().readTree(Path.of("../cdk.json").toFile()).has("requireApproval"))
                .isFalse();
        for (String environment : SynthesizedAssembly.environments()) {
            assertThat(count(SynthesizedAssembly.shared(environment).foundation(), "AWS::IAM::Role"))
                    .as("what it asks about")
                    .isPositive();
        }
        assertThat(page).contains("`--require-approval never`");
    }

    /** An image that is an asset is pushed by Docker: its command, its daemon and the right to its socket. */
    @Test
    void saysWhatBecomesOfAnAssetWithoutDocker() throws IOException {
        for (String environment : SynthesizedAssembly.environments()) {
            assertThat(DeploymentConfig.read(Path.of("config"), environment, Purpose.EXAMPLE, Synthesis.TODAY)
                            .imageDigest())
                    .as("an asset, as the files are shipped")
                    .isEmpty();
        }
        assertThat(page)
                .contains("`Failed to find and execute 'docker' while attempting to build a container asset.`")
                .contains("`Cannot connect to the Docker daemon`")
                .contains("`permission denied while trying to connect to the Docker daemon socket`");
    }

    @Test
    void tellsTheExitCodeOfTheFileFromThatOfJava() {
        String rows = page.substring(page.indexOf("#### 2."), page.indexOf("#### 3."));
        assertThat(rows).contains("end with code 78").contains("1, java's own");
        assertThat(rows.indexOf("`Unable to access jarfile")).isPositive();
    }

    @Test
    void countsWhatTheQuotasOfANewAccountMustAllow() throws IOException {
        for (String environment : SynthesizedAssembly.environments()) {
            Synthesis synthesis = SynthesizedAssembly.shared(environment);
            DeploymentConfig.Fleet fleet = DeploymentConfig.read(
                            Path.of("config"), environment, Purpose.EXAMPLE, Synthesis.TODAY)
                    .fleet();
            long virtualCpus = fleet.instanceCpuUnits() / 1024;
            assertThat(quota("VPCs", environment)).isEqualTo(count(synthesis.foundation(), "AWS::EC2::VPC"));
            assertThat(quota("Elastic IP addresses", environment))
                    .isEqualTo(count(synthesis.foundation(), "AWS::EC2::EIP"));
            assertThat(quota("vCPUs of On-Demand", environment)).isEqualTo(fleet.minInstances() * virtualCpus);
            assertThat(quota("the same, at most", environment)).isEqualTo(fleet.maxInstances() * virtualCpus);
            assertThat(quota("concurrent executions of Lambda", environment))
                    .as("the sweep beside the events of all instances")
                    .isEqualTo(fleet.maxInstances() + 1L);
            assertThat(quota("load balancers", environment))
                    .isEqualTo(count(synthesis.service(), "AWS::ElasticLoadBalancingV2::LoadBalancer"));
        }
    }

    /** Each is protected, and whichever fails first is the one that is stuck. */
    @Test
    void takesTheProtectionOffEveryStack() throws IOException {
        String wayOut = page.substring(page.indexOf("#### 8. Protection"));
        for (String environment : SynthesizedAssembly.environments()) {
            List<String> stacks = new ArrayList<>();
            Synthesis.stream(SynthesizedAssembly.shared(environment)
                            .json("manifest.json")
                            .path("artifacts"))
                    .filter(artifact -> artifact.path("type").asText().equals("aws:cloudformation:stack"))
                    .forEach(stack -> stacks.add(stack.path("properties")
                            .path("stackName")
                            .asText(stack.path("displayName").asText())));
            assertThat(stacks)
                    .hasSize(2)
                    .allMatch(stack -> wayOut.contains(stack.replace("-" + environment + "-", "-<env>-")));
        }
    }

    @Test
    void namesKeysThatTheFilesHaveAndPortsThatTheInstancesOpen() throws IOException {
        String shipped = Files.readString(Path.of("config/prod.yaml"));
        Matcher keys = KEY.matcher(page);
        int found = 0;
        while (keys.find()) {
            String section = shipped.substring(shipped.indexOf("\n" + keys.group(1) + ":"));
            assertThat(section).as(keys.group()).contains("\n  " + keys.group(2) + ":");
            found++;
        }
        assertThat(found).isGreaterThan(8);
        JsonNode rule = Synthesis.only(SynthesizedAssembly.shared("prod").service(), "AWS::EC2::SecurityGroupIngress");
        assertThat(page)
                .contains("ports " + rule.path("FromPort") + " to " + rule.path("ToPort") + " of the instances");
    }

    /** Whoever changes a key wants to know beforehand whether the stacks can follow. */
    @Test
    void everyKeyOfTheFileHasARowThatSaysWhatItsChangeDoes() throws IOException {
        String operations = Files.readString(Path.of("../docs/operations.md"));
        String table = operations.substring(operations.indexOf("## Change a key"), operations.indexOf("## Roll back"));
        Set<String> rows = new TreeSet<>();
        table.lines()
                .filter(line -> line.startsWith("| `"))
                .forEach(line -> rows.addAll(spans(line.split(" \\| ", 2)[0])));
        Set<String> keys = new TreeSet<>();
        String section = "";
        for (String line : Files.readAllLines(Path.of("config/prod.yaml"))) {
            Matcher key = Pattern.compile("( *)([a-z0-9-]+):( .*)?").matcher(line);
            if (key.matches() && key.group(1).isEmpty()) {
                section = key.group(3) == null ? key.group(2) + "." : "";
                if (section.isEmpty()) {
                    keys.add(key.group(2));
                }
            } else if (key.matches() && key.group(1).length() == 2) {
                keys.add(section + key.group(2));
            }
        }
        assertThat(keys).hasSizeGreaterThan(25);
        assertThat(rows).containsExactlyElementsOf(keys);
        for (String never : List.of("network.cidr", "network.zones")) {
            assertThat(table.lines().filter(line -> line.startsWith("| ") && line.contains("`" + never + "`")))
                    .singleElement()
                    .satisfies(line -> assertThat(line).contains("| never"));
        }
        assertThat(page).doesNotContain("whose network or bucket was replaced");
    }

    private static long count(JsonNode template, String type) {
        return Synthesis.resources(template, type).size();
    }

    private static long quota(String row, String environment) {
        String[] cells = page.lines()
                .filter(line -> line.startsWith("| " + row))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No row " + row))
                .split(" *\\| *", -1);
        return Long.parseLong(cells[environment.equals("dev") ? 3 : 4]);
    }

    private static List<String> spans(String text) {
        List<String> spans = new ArrayList<>();
        Matcher code = CODE.matcher(text);
        while (code.find()) {
            spans.add(code.group(1));
        }
        return spans;
    }

    /** In one file, what stands between the dots in its order. */
    private static boolean isOurs(String message) {
        String[] parts = message.replace("<env>", "…").split("…", -1);
        return sources.stream().anyMatch(source -> {
            int at = 0;
            for (String part : parts) {
                int found = source.indexOf(part, at);
                if (found < 0) {
                    return false;
                }
                at = found + part.length();
            }
            return true;
        });
    }

    /** Without what separates the parts of a text in a source. */
    private static String asPrinted(String source) {
        return source.replaceAll("\"\\s*\\+\\s*\"", "").replace("\\\"", "\"");
    }

    private static Map<String, String> messagesOfOthers() throws IOException {
        Map<String, String> messages = new TreeMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/first-deployment-messages.tsv"))) {
            if (!line.startsWith("#")) {
                String[] columns = line.split("\t", -1);
                assertThat(columns).as(line).hasSize(2);
                messages.put(columns[0], columns[1]);
            }
        }
        return messages;
    }
}
