package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.ecs.CfnCluster;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.constructs.Construct;

/** What the drainer is told can change; a published version that keeps the old value would drain nothing. */
class PublishedVersionTest {

    @Test
    void plainCdkKeepsTheVersionOfAFunctionWhoseGroupIsRenamed() {
        assertThat(plainVersion("one"))
                .as("the trap: the new group's name never reaches the alias")
                .isEqualTo(plainVersion("two"));
    }

    @Test
    void aGroupThatIsRenamedMakesAVersion() {
        assertThat(version(group -> {}))
                .isEqualTo(version(group -> {}))
                .isNotEqualTo(version(group -> group.setAutoScalingGroupName("one")));
        assertThat(version(group -> group.setAutoScalingGroupName("one")))
                .isNotEqualTo(version(group -> group.setAutoScalingGroupName("two")));
    }

    @Test
    void aClusterThatIsRenamedMakesAVersion() {
        assertThat(versionWithCluster(null)).isNotEqualTo(versionWithCluster("one"));
        assertThat(versionWithCluster("one")).isNotEqualTo(versionWithCluster("two"));
    }

    @Test
    void takesANameThatOnlyTheTemplateCanChange() {
        String one = version(group -> group.setAutoScalingGroupName(Fn.join("-", List.of(Aws.STACK_NAME, "one"))));
        String two = version(group -> group.setAutoScalingGroupName(Fn.join("-", List.of(Aws.STACK_NAME, "two"))));

        assertThat(one).isNotEqualTo(two);
    }

    @Test
    void refusesANameThatIsKnownOnlyWhenDeployed() {
        assertThatThrownBy(() -> version(
                        group -> group.setAutoScalingGroupName(CfnParameter.Builder.create(group.getStack(), "Name")
                                .build()
                                .getValueAsString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sandbox/Instances: autoScalingGroupName is {Ref=Name}, allowed is a literal")
                .hasMessageContaining("the drainer's published version keeps the old one");
        assertThatThrownBy(() -> version(group -> group.setAutoScalingGroupName("{{resolve:ssm:/name}}")))
                .hasMessageContaining("autoScalingGroupName is {{resolve:ssm:/name}}");
        assertThatThrownBy(() -> version(group -> group.setAutoScalingGroupName(Fn.sub("${Other}-x"))))
                .hasMessageContaining("autoScalingGroupName is {Fn::Sub=${Other}-x}")
                .hasMessageContaining("AWS::StackName, joined and not by Fn::Sub,");
    }

    private static String version(Consumer<CfnAutoScalingGroup> change) {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        AutoScalingGroup group = foreign.group("Instances");
        change.accept(
                (CfnAutoScalingGroup) Objects.requireNonNull(group.getNode().getDefaultChild()));
        foreign.drain("Drain").build().attach(group);
        return only(sandbox.template());
    }

    private static String versionWithCluster(@Nullable String name) {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        ((CfnCluster) Objects.requireNonNull(foreign.cluster().getNode().getDefaultChild())).setClusterName(name);
        foreign.drain("Drain").build().attach(foreign.group("Instances"));
        return only(sandbox.template());
    }

    private static String plainVersion(String groupName) {
        Sandbox sandbox = Sandbox.plain();
        Construct scope = sandbox.stack();
        AutoScalingGroup group = new ForeignCluster(scope).group("Instances");
        ((CfnAutoScalingGroup) Objects.requireNonNull(group.getNode().getDefaultChild()))
                .setAutoScalingGroupName(groupName);
        Function.Builder.create(scope, "Function")
                .runtime(Runtime.PYTHON_3_13)
                .handler("index.handler")
                .code(Code.fromInline("pass"))
                .environment(Map.of("GROUP", group.getAutoScalingGroupName()))
                .build()
                .getCurrentVersion();
        return only(sandbox.template());
    }

    private static String only(JsonNode template) {
        for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
            if (resource.getValue().path("Type").asText().equals("AWS::Lambda::Version")) {
                return resource.getKey();
            }
        }
        throw new AssertionError("The template has no version of the function.");
    }
}
