package dev.banhmi.cdk.constructs.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.banhmi.cdk.SynthesizedAssembly;
import dev.banhmi.cdk.constructs.Sandbox;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.CfnAutoScalingInstanceRefresh;
import software.amazon.awscdk.CfnAutoScalingInstanceRefreshAlarmSpecification;
import software.amazon.awscdk.CfnAutoScalingInstanceRefreshPreferences;
import software.amazon.awscdk.CfnUpdatePolicy;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.NestedStack;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.Rule;
import software.amazon.awscdk.services.s3.Bucket;

class TemplateLimitsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** It synthesizes without a word, and EventBridge refuses it. */
    @Test
    void plainCdkWritesAPatternThatEventBridgeRefuses() {
        Sandbox plain = Sandbox.plain();
        Rule.Builder.create(plain.stack(), "Rule")
                .eventPattern(EventPattern.builder()
                        .source(List.of("aws.autoscaling"))
                        .detail(Map.of(
                                "AutoScalingGroupName",
                                IntStream.range(0, 100)
                                        .mapToObj(number -> "a-group-of-some-length-" + number)
                                        .toList()))
                        .build())
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateLimits.check(plain.app().synth()))
                .withMessageContaining("AWS would refuse, at the beginning or in the middle of the deployment:")
                .withMessageContaining("sandbox/Rule")
                .withMessageContaining("EventPattern: ")
                .withMessageContaining(", allowed is 2048");
    }

    /** CDK finds circles between stacks alone. */
    @Test
    void plainCdkWritesACircleThatCloudFormationRefuses() {
        Sandbox plain = Sandbox.plain();
        CfnAutoScalingGroup group = CfnAutoScalingGroup.Builder.create(plain.stack(), "Group")
                .minSize("0")
                .maxSize("1")
                .build();
        Alarm alarm = Alarm.Builder.create(plain.stack(), "Alarm")
                .metric(Metric.Builder.create()
                        .namespace("Sandbox")
                        .metricName("Some")
                        .dimensionsMap(Map.of("Group", group.getRef()))
                        .build())
                .threshold(1)
                .evaluationPeriods(1)
                .build();
        group.getNode().addDependency(alarm);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateLimits.check(plain.app().synth()))
                .withMessageContaining("sandbox: a circle, each needs the next first: ")
                .withMessageContaining("Group → Alarm");
    }

    /** Its template is an asset of the other. */
    @Test
    void readsTheTemplateOfANestedStack() {
        Sandbox plain = Sandbox.plain();
        NestedStack nested = new NestedStack(plain.stack(), "Nested");
        Rule.Builder.create(nested, "Rule")
                .eventPattern(
                        EventPattern.builder().source(List.of("a".repeat(2048))).build())
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateLimits.check(plain.app().synth()))
                .withMessageContaining("Nested")
                .withMessageContaining("EventPattern: ");
    }

    @Test
    void plainCdkWritesWhatFits() {
        Sandbox plain = Sandbox.plain();
        new Bucket(plain.stack(), "Bucket");
        assertThatCode(() -> TemplateLimits.check(plain.app().synth())).doesNotThrowAnyException();
    }

    static Stream<Limit> limits() {
        return Limit.OF_PROPERTIES.stream();
    }

    /** Each row counts what it says: its bound passes, one more is named. */
    @ParameterizedTest
    @MethodSource("limits")
    void refusesOneMore(Limit limit) {
        assertThat(exceeded(limit, limit.most())).isEmpty();
        assertThat(exceeded(limit, limit.most() + 1))
                .singleElement()
                .asString()
                .isEqualTo("stack/Some: " + limit.path().replace("/*", "") + ": " + (limit.most() + 1) + ", allowed is "
                        + limit.most());
    }

    @Test
    void addsUpTheInlinePoliciesOfARole() {
        ObjectNode role = JSON.createObjectNode().put("Type", "AWS::IAM::Role");
        ArrayNode policies = role.putObject("Properties").putArray("Policies");
        policies.addObject().put("PolicyDocument", "x".repeat(6000));
        policies.addObject().put("PolicyDocument", "x".repeat(6000));
        assertThat(TemplateLimits.exceeded("stack", template(role), 1000))
                .containsExactly("stack/Some: Policies/PolicyDocument: 12000, allowed is 10240");
    }

    @ParameterizedTest
    @CsvSource({"Resources, 500", "Outputs, 200", "Parameters, 200"})
    void countsTheTemplate(String section, int most) {
        ObjectNode template = JSON.createObjectNode();
        ObjectNode entries = template.putObject(section);
        IntStream.range(0, most).forEach(number -> entries.putObject("Entry" + number));
        assertThat(TemplateLimits.exceeded("stack", template, 1000)).isEmpty();
        entries.putObject("OneMore");
        assertThat(TemplateLimits.exceeded("stack", template, 1000))
                .containsExactly("stack: " + section + ": " + (most + 1) + ", allowed is " + most);
    }

    @Test
    void countsBytesAndDescription() {
        ObjectNode template = JSON.createObjectNode().put("Description", "x".repeat(1025));
        assertThat(TemplateLimits.exceeded("stack", template, 1_048_577)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"four\" | 4",
                "{\"a\":\"b\"} | 10",
                "[\"a\",\"b\"] | 10",
                "{\"Ref\":\"AWS::AccountId\"} | 12",
                "{\"Ref\":\"Some\"} | 23",
                "{\"Fn::GetAtt\":[\"Some\",\"Arn\"]} | 87",
                "{\"Fn::Join\":[\",\",[\"a\",{\"Ref\":\"AWS::AccountId\"}]]} | 15",
                "{\"Fn::GetStackOutput\":{\"StackName\":\"s\",\"OutputName\":\"o\"}} | 128"
            })
    void takesTheGreatestLengthOfWhatIsKnownAtDeployment(String json, int expected) throws IOException {
        ResolvedSize size = new ResolvedSize(template(JSON.createObjectNode()), "stack");
        assertThat(size.of(JSON.readTree(json))).isEqualTo(expected);
    }

    /** Never less than what a document has, so that what passes fits. */
    @ParameterizedTest
    @ValueSource(strings = {"dev", "prod"})
    void neverCountsLessThanADocumentHas(String environment) throws IOException {
        for (String stack : List.of("foundation", "service")) {
            JsonNode template = JSON.readTree(SynthesizedAssembly.of(environment)
                    .resolve("banhmi-" + environment + "-" + stack + ".template.json")
                    .toFile());
            ResolvedSize size = new ResolvedSize(template, "banhmi");
            for (JsonNode resource : template.path("Resources")) {
                JsonNode literal = withoutFunctions(resource.path("Properties"));
                assertThat(size.of(literal))
                        .isGreaterThanOrEqualTo(literal.toString().length());
            }
        }
    }

    /** CDK makes an export of what another stack has, but resolves an update policy too late for that. */
    @Test
    void plainCdkNamesAnAlarmOfAnotherStackThatIsNotThere() {
        Sandbox plain = Sandbox.plain();
        CfnAutoScalingGroup group = CfnAutoScalingGroup.Builder.create(plain.stack(), "Group")
                .minSize("1")
                .maxSize("1")
                .build();
        Alarm alarm = Alarm.Builder.create(
                        new Stack(
                                plain.app(),
                                "another",
                                StackProps.builder()
                                        .env(Environment.builder()
                                                .region("us-east-1")
                                                .build())
                                        .build()),
                        "Alarm")
                .metric(Metric.Builder.create()
                        .namespace("test")
                        .metricName("m")
                        .build())
                .threshold(1)
                .evaluationPeriods(1)
                .build();
        group.getCfnOptions()
                .setUpdatePolicy(CfnUpdatePolicy.builder()
                        .autoScalingInstanceRefresh(CfnAutoScalingInstanceRefresh.builder()
                                .strategy("Rolling")
                                .preferences(CfnAutoScalingInstanceRefreshPreferences.builder()
                                        .alarmSpecification(CfnAutoScalingInstanceRefreshAlarmSpecification.builder()
                                                .alarms(List.of(alarm.getAlarmName()))
                                                .build())
                                        .build())
                                .build())
                        .build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateLimits.check(plain.app().synth()))
                .withMessageContaining("sandbox/Group refers to Alarm7103F465, which is not in the template");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"A\":{\"Properties\":{\"p\":[{\"Ref\":\"B\"}]}}} | A refers to B",
                "{\"A\":{\"UpdatePolicy\":{\"p\":{\"Ref\":\"B\"}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::GetAtt\":[\"B\",\"Arn\"]}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::GetAtt\":\"B.Arn\"}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::GetAtt\":[\"P\",\"Arn\"]}}}} | A refers to P",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::Sub\":\"a ${B} b\"}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::Sub\":[\"${B.Arn} ${C}\",{\"B\":1,\"C\":2}]}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::Sub\":[\"${C}\",{\"C\":{\"Ref\":\"B\"}}]}}}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::If\":[\"c\",{\"Ref\":\"B\"},1]}}}} | A refers to B",
                "{\"A\":{\"DependsOn\":\"B\"}} | A refers to B",
                "{\"A\":{\"DependsOn\":[\"D\",\"B\"]},\"D\":{}} | A refers to B",
                "{\"A\":{\"Properties\":{\"p\":[{\"Ref\":\"D\"},{\"Ref\":\"P\"},{\"Ref\":\"AWS::Region\"}]}},\"D\":{}} |",
                "{\"A\":{\"Properties\":{\"p\":{\"Fn::Sub\":\"${D.Arn} ${P} ${AWS::Region} ${!B}\"}}},\"D\":{}} |",
                "{\"A\":{\"Properties\":{\"Ref\":\"B\",\"p\":1}}} |"
            })
    void namesWhatATemplateRefersToAndDoesNotHave(String resources, @Nullable String missing) throws IOException {
        ObjectNode template = JSON.createObjectNode();
        template.set("Resources", JSON.readTree(resources));
        template.putObject("Parameters").putObject("P");

        assertThat(TemplateLimits.exceeded("stack", template, 1000))
                .isEqualTo(
                        missing == null ? List.of() : List.of("stack/" + missing + ", which is not in the template"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"A\":{\"Properties\":{\"p\":{\"Ref\":\"A\"}}}} | A → A",
                "{\"A\":{\"DependsOn\":\"B\"},\"B\":{\"UpdatePolicy\":{\"Ref\":\"C\"}},\"C\":{\"p\":{\"Fn::GetAtt\":\"B.Arn\"}}} | B → C → B"
            })
    void namesACircle(String resources, String circle) throws IOException {
        ObjectNode template = JSON.createObjectNode();
        template.set("Resources", JSON.readTree(resources));
        assertThat(TemplateLimits.exceeded("stack", template, 1000))
                .containsExactly("stack: a circle, each needs the next first: " + circle);
    }

    private static JsonNode withoutFunctions(JsonNode node) {
        if (node.isObject()) {
            ObjectNode copy = JSON.createObjectNode();
            for (Map.Entry<String, JsonNode> entry : node.properties()) {
                if (entry.getKey().equals("Ref") || entry.getKey().startsWith("Fn::")) {
                    return TextNode.valueOf("x");
                }
                copy.set(entry.getKey(), withoutFunctions(entry.getValue()));
            }
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JSON.createArrayNode();
            node.forEach(element -> copy.add(withoutFunctions(element)));
            return copy;
        }
        return node.isTextual() ? TextNode.valueOf(node.asText().replaceAll("[^a-z]", "x")) : node;
    }

    /** A resource with one property of exactly that size. */
    private static List<String> exceeded(Limit limit, int size) {
        ObjectNode resource =
                JSON.createObjectNode().put("Type", limit.type().equals("*") ? "AWS::S3::Bucket" : limit.type());
        JsonNode value = limit.count() == Limit.Count.ELEMENTS ? elements(size) : TextNode.valueOf("x".repeat(size));
        String[] steps = limit.path().split("/", -1);
        for (int at = steps.length - 1; at >= 0; at--) {
            value = steps[at].equals("*")
                    ? JSON.createArrayNode().add(value)
                    : JSON.createObjectNode().set(steps[at], value);
        }
        resource.set("Properties", value);
        return TemplateLimits.exceeded("stack", template(resource), 1000);
    }

    private static ArrayNode elements(int size) {
        ArrayNode elements = JsonNodeFactory.instance.arrayNode();
        IntStream.range(0, size).forEach(elements::add);
        return elements;
    }

    private static JsonNode template(ObjectNode resource) {
        return JSON.createObjectNode().set("Resources", JSON.createObjectNode().set("Some", resource));
    }
}
