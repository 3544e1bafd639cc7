package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.limits.CompleteTemplate;
import dev.banhmi.cdk.constructs.limits.TemplateLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.CfnAutoScalingReplacingUpdate;
import software.amazon.awscdk.CfnUpdatePolicy;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.UpdatePolicy;

/** Which groups a drain can have: by their names, their number and their stacks. */
class GroupsOfADrainTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every character that Auto Scaling allows in a name arrives at the function, or is refused. */
    @Test
    void takesANameAsItIsOrRefusesIt() {
        Sandbox sandbox = Sandbox.plain();
        DrainFunction function = function(sandbox);
        List<String> taken = new ArrayList<>();
        StringBuilder refused = new StringBuilder();
        for (char character = '!'; character <= '~'; character++) {
            for (String name : List.of("a" + character + "b", character + "a", "a" + character)) {
                try {
                    function.addGroup(sandbox.stack(), name);
                    taken.add(name);
                } catch (IllegalArgumentException harmed) {
                    assertThat(harmed).hasMessageContaining("autoScalingGroupName is \"" + name + "\"");
                    refused.append(character);
                }
            }
        }
        assertThat(refused.toString()).isEqualTo("$$$***,,,:::???");
        JsonNode template = sandbox.template();
        String groups = Sandbox.only(template, "AWS::Lambda::Function")
                .at("/Environment/Variables/BANHMI_GROUPS")
                .asText();
        // As the function reads it: DrainSettings.
        assertThat(groups.split(",", -1)).containsExactlyElementsOf(taken);
        String resources = Sandbox.only(template, "AWS::IAM::Role")
                .at("/Policies/0/PolicyDocument/Statement/0/Resource")
                .toString();
        assertThat(taken)
                .filteredOn(name -> !name.contains("\"") && !name.contains("\\"))
                .allSatisfy(name -> assertThat(resources).contains(":autoScalingGroupName/" + name + "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " a", "a ", "a\tb", "b\u00e1nh-m\u00ec"})
    void refusesANameThatIsTrimmedOrNotAscii(String name) {
        Sandbox sandbox = Sandbox.plain();
        DrainFunction function = function(sandbox);
        assertThatIllegalArgumentException().isThrownBy(() -> function.addGroup(sandbox.stack(), name));
    }

    @Test
    void readsTheLiteralPartsOfAJoinedName() {
        Sandbox sandbox = Sandbox.plain();
        DrainFunction function = function(sandbox);
        String region = Aws.REGION;
        function.addGroup(sandbox.stack(), "fleet-" + region);
        assertThatIllegalArgumentException().isThrownBy(() -> function.addGroup(sandbox.stack(), "fleet,of-" + region));
    }

    @Test
    void hasAsManyGroupsAsItsTemplateCanCarry() {
        Sandbox sandbox = Sandbox.plain();
        DrainFunction function = function(sandbox);
        IntStream.range(0, 90).forEach(number -> function.addGroup(sandbox.stack(), "a-group-with-a-name-" + number));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TemplateLimits.check(sandbox.app().synth()))
                .withMessageContaining("Policies/PolicyDocument: ");
    }

    /** The error is CDK's, at the end of the synthesis, and names templates' references. */
    @Test
    void plainCdkFindsACycleOfStacks() {
        App app = new App();
        Stack one = stack(app, "one");
        Stack other = stack(app, "other");
        ForeignCluster plain = new ForeignCluster(one);
        AutoScalingGroup group = new ForeignCluster(other).group("Instances");
        plain.cluster()
                .addAsgCapacityProvider(plain.provider("Provider", group)
                        .enableManagedDraining(false)
                        .build());
        group.getUserData().addCommands("echo ECS_CLUSTER=" + plain.cluster().getClusterName());
        assertThatThrownBy(app::synth).hasMessageContaining("DependencyCycle");
    }

    @Test
    void refusesAGroupOfAnotherStackWhereTheClusterIsInItsOwn() {
        App app = new App();
        Stack one = stack(app, "one");
        Stack other = stack(app, "other");
        ForeignCluster cluster = new ForeignCluster(one);
        AutoScalingGroup group = new ForeignCluster(other).group("Instances");
        InstanceDrain drain = cluster.drain("Drain").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> drain.attach(group))
                .withMessageContaining("one/Drain: attach is other/Instances, of the stack other")
                .withMessageContaining("build the InstanceDrain in other, or in a third stack");
    }

    @Test
    void drainsAGroupBesideItInAnotherStackThanTheCluster() {
        App app = new App();
        Stack one = stack(app, "one");
        Stack other = stack(app, "other");
        ForeignCluster cluster = new ForeignCluster(one);
        AutoScalingGroup group = new ForeignCluster(other).group("Instances");
        group.getUserData().addCommands("echo ECS_CLUSTER=" + cluster.cluster().getClusterName());
        InstanceDrain drain = InstanceDrain.Builder.create(other, "Drain")
                .cluster(cluster.cluster())
                .budget(ForeignCluster.budget())
                .jar(StandInDrainJar.usual())
                .build();
        drain.attach(group);
        assertThat(app.synth().getStacks()).hasSize(2);
    }

    /** The stack of the group is deployed first, and removed last: a hook there would hold what nothing completes. */
    @Test
    void holdsNoInstanceOfAnotherStackBeforeTheDrainerIsThere() {
        App app = new App();
        Stack one = stack(app, "one");
        Stack third = stack(app, "third");
        ForeignCluster cluster = new ForeignCluster(one);
        AutoScalingGroup group = cluster.group("Instances");
        InstanceDrain drain = InstanceDrain.Builder.create(third, "Drain")
                .cluster(cluster.cluster())
                .budget(ForeignCluster.budget())
                .jar(StandInDrainJar.usual())
                .build();
        drain.attach(group);
        JsonNode ofTheGroup =
                CompleteTemplate.of(JSON.valueToTree(Template.fromStack(one).toJSON()));
        assertThat(Sandbox.resources(ofTheGroup, "AWS::AutoScaling::LifecycleHook"))
                .isEmpty();
        assertHooksComeLast(
                CompleteTemplate.of(JSON.valueToTree(Template.fromStack(third).toJSON())));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> drain.attach(group))
                .withMessageContaining("is already attached to a drain");
    }

    @Test
    void holdsNoInstanceOfItsOwnStackBeforeEither() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        foreign.drain("Drain").build().attach(foreign.group("Instances"));
        assertHooksComeLast(sandbox.template());
        assertThat(References.cycle(sandbox.template())).isEmpty();
    }

    private static void assertHooksComeLast(JsonNode template) {
        List<String> hooks = ids(template, "AWS::AutoScaling::LifecycleHook");
        assertThat(hooks).hasSize(2);
        for (String hook : hooks) {
            Set<String> before = References.before(template, hook);
            for (String type : List.of(
                    "AWS::Lambda::Version",
                    "AWS::Lambda::Alias",
                    "AWS::Lambda::Permission",
                    "AWS::Lambda::EventInvokeConfig",
                    "AWS::Events::Rule")) {
                assertThat(before).as(type).containsAll(ids(template, type));
            }
        }
    }

    private static List<String> ids(JsonNode template, String type) {
        return template.path("Resources").properties().stream()
                .filter(resource -> resource.getValue().path("Type").asText().equals(type))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Another launch template makes another group, under a name that CloudFormation makes up. */
    @Test
    void plainCdkReplacesAGroupThatADrainerKnowsByName() {
        Sandbox sandbox = Sandbox.plain();
        new ForeignCluster(sandbox.stack()).group("Instances", UpdatePolicy.replacingUpdate());
        assertThat(resource(sandbox.template()).at("/UpdatePolicy/AutoScalingReplacingUpdate/WillReplace"))
                .as("the trap")
                .isEqualTo(BooleanNode.TRUE);
    }

    @Test
    void refusesAGroupThatAnUpdateReplaces() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        foreign.drain("Drain").build().attach(foreign.group("Instances", UpdatePolicy.replacingUpdate()));
        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("sandbox/Instances")
                .hasMessageContaining("updatePolicy is AutoScalingReplacingUpdate, WillReplace true, allowed is")
                .hasMessageContaining("UpdatePolicy.rollingUpdate");
    }

    /** The policy that is set last counts, also behind CDK's back. */
    @Test
    void refusesAReplacingPolicyThatComesAfterTheDrain() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        AutoScalingGroup group = foreign.group("Instances");
        foreign.drain("Drain").build().attach(group);
        ((CfnAutoScalingGroup) Objects.requireNonNull(group.getNode().getDefaultChild()))
                .getCfnOptions()
                .setUpdatePolicy(CfnUpdatePolicy.builder()
                        .autoScalingReplacingUpdate(
                                CfnAutoScalingReplacingUpdate.builder().build())
                        .build());
        assertThatThrownBy(sandbox::template).hasMessageContaining("updatePolicy is AutoScalingReplacingUpdate");
    }

    /** The version is published for the name that the group had when it was attached. */
    @Test
    void refusesANameThatComesAfterTheDrain() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        AutoScalingGroup group = foreign.group("Instances");
        foreign.drain("Drain").build().attach(group);
        ((CfnAutoScalingGroup) Objects.requireNonNull(group.getNode().getDefaultChild()))
                .setAutoScalingGroupName("late");
        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("sandbox/Instances")
                .hasMessageContaining("autoScalingGroupName is late, and was generated when the drain was attached")
                .hasMessageContaining("Set the name before attach(…).");
    }

    @Test
    void takesAGroupWhoseInstancesAreReplacedInIt() {
        Sandbox sandbox = Sandbox.plain();
        ForeignCluster foreign = new ForeignCluster(sandbox.stack());
        foreign.drain("Drain").build().attach(foreign.group("Instances", UpdatePolicy.rollingUpdate()));
        assertThat(resource(sandbox.template())
                        .path("UpdatePolicy")
                        .path("AutoScalingReplacingUpdate")
                        .path("WillReplace")
                        .asBoolean())
                .isFalse();
    }

    private static JsonNode resource(JsonNode template) {
        return Sandbox.resources(template, "AWS::AutoScaling::AutoScalingGroup").get(0);
    }

    private static DrainFunction function(Sandbox sandbox) {
        InstanceDrain.Builder builder = InstanceDrain.Builder.create(sandbox.stack(), "Drain")
                .cluster(new ForeignCluster(sandbox.stack()).cluster())
                .budget(ForeignCluster.budget())
                .jar(StandInDrainJar.usual());
        return new DrainFunction(sandbox.stack(), builder.options());
    }

    private static Stack stack(App app, String id) {
        return new Stack(
                app,
                id,
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }
}
