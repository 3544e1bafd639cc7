package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.BasicLifecycleHookProps;
import software.amazon.awscdk.services.autoscaling.CfnLifecycleHook;
import software.amazon.awscdk.services.autoscaling.LifecycleTransition;
import software.amazon.awscdk.services.ecs.AsgCapacityProvider;
import software.amazon.awscdk.services.ecs.CfnCapacityProvider;
import software.amazon.awscdk.services.ecs.Cluster;

/** Each trap first on plain CDK 2.263, then with the strategy. */
class DrainStrategyTest {
    private static final String TERMINATING = "autoscaling:EC2_INSTANCE_TERMINATING";

    private final Sandbox sandbox = Sandbox.plain();
    private final ForeignCluster foreign = new ForeignCluster(sandbox.stack());
    private final AutoScalingGroup group = foreign.group("Instances");

    private static DrainStrategy hook() {
        return DrainStrategy.lifecycleHook(ForeignCluster.budget(), StandInDrainJar.usual());
    }

    @Test
    void plainCdkDrainsNothingWhereManagedDrainingIsOffAndProtectionIsLeftAlone() {
        add(provider().enableManagedDraining(false));

        JsonNode template = sandbox.template();
        assertThat(Sandbox.terminationHooks(template))
                .as("the trap: no drain at all, and no word about it")
                .isEmpty();
        assertThat(managedDraining(template)).isEqualTo("DISABLED");
    }

    @Test
    void theHookDrainsWhereManagedDrainingIsOffAndProtectionIsLeftAlone() {
        add(provider().enableManagedDraining(false));
        hook().attach(sandbox.stack(), foreign.cluster(), group);

        assertThat(onlyHook(sandbox.template()).path("LifecycleHookName").asText())
                .isEqualTo("banhmi-drain");
    }

    @Test
    void plainCdkInstallsADrainOfItsOwnWhereProtectionIsOff() {
        add(provider().enableManagedTerminationProtection(false));

        JsonNode template = sandbox.template();
        assertThat(Sandbox.only(template, "AWS::Lambda::Function")
                        .path("Runtime")
                        .asText())
                .as("the trap: a Python Lambda that was not requested")
                .startsWith("python");
        assertThat(Sandbox.resources(template, "AWS::SNS::Topic")).hasSize(1);
        assertThat(onlyHook(template).path("HeartbeatTimeout").asInt()).isEqualTo(300);
    }

    @Test
    void theHookStandsAloneWhereCdkWouldInstallADrain() {
        add(provider().enableManagedTerminationProtection(false).enableManagedDraining(false));
        InstanceDrain drain = hook().attach(sandbox.stack(), foreign.cluster(), group);

        JsonNode template = sandbox.template();
        assertThat(Sandbox.only(template, "AWS::Lambda::Function")
                        .path("Runtime")
                        .asText())
                .isEqualTo("java25");
        assertThat(Sandbox.resources(template, "AWS::SNS::Topic")).isEmpty();
        assertThat(Sandbox.resources(template, "AWS::SNS::Subscription")).isEmpty();
        assertThat(onlyHook(template).path("LifecycleHookName").asText()).isEqualTo("banhmi-drain");
        assertThat(Objects.requireNonNull(drain).getNode().getPath()).isEqualTo("sandbox/Drain");
    }

    @Test
    void findsTheDrainThatCdkInstallsAfterwards() {
        hook().attach(sandbox.stack(), foreign.cluster(), group);
        add(provider().enableManagedTerminationProtection(false).enableManagedDraining(false));

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("CDK has installed a drain of its own beside the one requested (DrainECSHook)");
    }

    @Test
    void plainCdkSaysNothingOfManagedDrainingUnlessItIsTold() {
        add(provider());

        assertThat(Sandbox.only(sandbox.template(), "AWS::ECS::CapacityProvider")
                        .path("AutoScalingGroupProvider")
                        .has("ManagedDraining"))
                .as("the trap: CloudFormation turns it on")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void refusesAtOnceAProviderThatStatesNothing(DrainStrategy strategy) {
        add(provider());

        assertThatThrownBy(() -> strategy.attach(sandbox.stack(), foreign.cluster(), group))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sandbox/Instances: Managed draining is not stated by the capacity provider"
                        + " sandbox/Capacity/Capacity")
                .hasMessageContaining("Set enableManagedDraining(" + strategy.isManaged() + ").");
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void refusesWhenSynthesizedAProviderThatStatesNothing(DrainStrategy strategy) {
        strategy.attach(sandbox.stack(), foreign.cluster(), group);
        add(provider());

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("Managed draining is not stated by the capacity provider")
                .hasMessageContaining("Set enableManagedDraining(" + strategy.isManaged() + ").");
    }

    @Test
    void plainCdkSaysNothingOfManagedDrainingInAnotherStackEither() {
        Stack other = another();
        AsgCapacityProvider.Builder.create(other, "Capacity")
                .autoScalingGroup(group)
                .build();

        assertThat(Sandbox.only(new Sandbox(sandbox.app(), other).template(), "AWS::ECS::CapacityProvider")
                        .path("AutoScalingGroupProvider")
                        .has("ManagedDraining"))
                .as("the trap: a second drain of a group that another stack drains")
                .isFalse();
    }

    @ParameterizedTest
    @MethodSource("strategies")
    void refusesAProviderOfAnotherStackThatStatesNothing(DrainStrategy strategy) {
        strategy.attach(sandbox.stack(), foreign.cluster(), group);
        AsgCapacityProvider.Builder.create(another(), "Capacity")
                .autoScalingGroup(group)
                .build();

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("Managed draining is not stated by the capacity provider another/Capacity");
    }

    @Test
    void refusesTheHookBesideManagedDrainingOfAnotherStack() {
        hook().attach(sandbox.stack(), foreign.cluster(), group);
        AsgCapacityProvider.Builder.create(another(), "Capacity")
                .autoScalingGroup(group)
                .enableManagedDraining(true)
                .build();

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("Two drains: managed draining of its capacity provider and our lifecycle hook");
    }

    /** Its group has the same logical id. */
    @Test
    void leavesAStackThatWasMadeInTheSameWayAlone() {
        hook().attach(sandbox.stack(), foreign.cluster(), group);
        Stack twin = another();
        ForeignCluster theirs = new ForeignCluster(twin);
        AutoScalingGroup same = theirs.group("Instances");
        theirs.cluster()
                .addAsgCapacityProvider(theirs.provider("Capacity", same).build());

        assertThat(twin.resolve(same.getAutoScalingGroupName()))
                .isEqualTo(sandbox.stack().resolve(group.getAutoScalingGroupName()));
        assertThat(Sandbox.terminationHooks(sandbox.template())).hasSize(1);
    }

    private Stack another() {
        return new Stack(
                sandbox.app(),
                "another",
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }

    @Test
    void refusesAProviderWhoseDrainingIsKnownOnlyWhenDeployed() {
        String parameter =
                CfnParameter.Builder.create(sandbox.stack(), "Draining").build().getValueAsString();
        CfnCapacityProvider.Builder.create(sandbox.stack(), "Theirs")
                .autoScalingGroupProvider(CfnCapacityProvider.AutoScalingGroupProviderProperty.builder()
                        .autoScalingGroupArn(group.getAutoScalingGroupName())
                        .managedDraining(parameter)
                        .build())
                .build();

        assertThatThrownBy(() -> hook().attach(sandbox.stack(), foreign.cluster(), group))
                .hasMessageContaining("Managed draining is not stated by the capacity provider sandbox/Theirs");
    }

    @Test
    void leavesProvidersOfOtherGroupsAlone() {
        foreign.cluster()
                .addAsgCapacityProvider(
                        foreign.provider("OtherCapacity", foreign.group("More")).build());
        hook().attach(sandbox.stack(), foreign.cluster(), group);

        assertThat(Sandbox.terminationHooks(sandbox.template())).hasSize(1);
    }

    static List<DrainStrategy> strategies() {
        return List.of(hook(), DrainStrategy.managed(), DrainStrategy.none("batch jobs are repeated"));
    }

    @Test
    void managedDrainingStandsAlone() {
        assertThat(DrainStrategy.managed().isManaged()).isTrue();
        add(provider().enableManagedTerminationProtection(false).enableManagedDraining(true));
        assertThat(DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group))
                .isNull();

        JsonNode template = sandbox.template();
        assertThat(managedDraining(template)).isEqualTo("ENABLED");
        assertThat(Sandbox.terminationHooks(template)).isEmpty();
        assertThat(Sandbox.resources(template, "AWS::Lambda::Function")).isEmpty();
    }

    @Test
    void refusesManagedDrainingThatIsNotOn() {
        add(provider().enableManagedDraining(false));
        DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group);

        assertThatThrownBy(sandbox::template).hasMessageContaining("No drain: managed draining was requested");
    }

    @Test
    void takesManagedDrainingOfAnotherGroupForNoDrainOfThisOne() {
        AutoScalingGroup other = foreign.group("More");
        foreign.cluster()
                .addAsgCapacityProvider(foreign.provider("OtherCapacity", other)
                        .enableManagedDraining(true)
                        .build());
        DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group);

        assertThatThrownBy(sandbox::template).hasMessageContaining("No drain: managed draining was requested");
    }

    @Test
    void refusesTheHookBesideManagedDraining() {
        add(provider().enableManagedDraining(true));
        hook().attach(sandbox.stack(), foreign.cluster(), group);

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("Two drains: managed draining of its capacity provider and our lifecycle hook");
    }

    @Test
    void refusesManagedDrainingBesideTheHook() {
        add(provider().enableManagedDraining(true));
        DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group);
        foreign.drain("Drain").build().attach(group);

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining("instances wait for termination hooks as well")
                .hasMessageContaining("sandbox/Instances/BanhmiDrainHook/Resource");
    }

    @Test
    void refusesManagedDrainingBesideAHookOfSomebodyElse() {
        add(provider().enableManagedDraining(true));
        DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group);
        CfnLifecycleHook.Builder.create(sandbox.stack(), "Theirs")
                .autoScalingGroupName(group.getAutoScalingGroupName())
                .lifecycleTransition(TERMINATING)
                .build();

        assertThatThrownBy(sandbox::template).hasMessageContaining("as well: sandbox/Theirs");
    }

    @Test
    void leavesHooksOnLaunchAndHooksOfOtherGroupsAlone() {
        add(provider().enableManagedDraining(true));
        DrainStrategy.managed().attach(sandbox.stack(), foreign.cluster(), group);
        group.addLifecycleHook(
                "Launch",
                BasicLifecycleHookProps.builder()
                        .lifecycleTransition(LifecycleTransition.INSTANCE_LAUNCHING)
                        .build());
        foreign.drain("Drain").build().attach(foreign.group("More"));

        // Theirs on launches, and both of the other group.
        assertThat(Sandbox.resources(sandbox.template(), "AWS::AutoScaling::LifecycleHook"))
                .hasSize(3);
    }

    @Test
    void drainsNothingOnlyInWordsAndSaysSo() {
        add(provider().enableManagedTerminationProtection(false).enableManagedDraining(false));
        assertThat(DrainStrategy.none("batch jobs are repeated").attach(sandbox.stack(), foreign.cluster(), group))
                .isNull();

        JsonNode template = sandbox.template();
        assertThat(Sandbox.resources(template, "AWS::AutoScaling::LifecycleHook"))
                .isEmpty();
        assertThat(Sandbox.resources(template, "AWS::Lambda::Function")).isEmpty();
        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning(
                                "/sandbox/Instances",
                                Match.stringLikeRegexp(
                                        "Instances are terminated without a drain: batch jobs are repeated.*")))
                .hasSize(1);
    }

    @Test
    void refusesADrainWhereNoneWasAskedFor() {
        add(provider().enableManagedDraining(true));
        DrainStrategy.none("batch jobs are repeated").attach(sandbox.stack(), foreign.cluster(), group);

        assertThatThrownBy(sandbox::template)
                .hasMessageContaining(
                        "No drain was requested, but there is one: managed draining of a capacity provider");
    }

    @Test
    void wantsAReasonForNoDrain() {
        assertThatThrownBy(() -> DrainStrategy.none(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none(reason) is blank");
    }

    @Test
    void sharesOneDrainBetweenFleetsOfACluster() {
        InstanceDrain drain = foreign.drain("Shared").build();
        DrainStrategy shared = DrainStrategy.lifecycleHook(drain);

        assertThat(shared.isManaged()).isFalse();
        assertThat(shared.attach(sandbox.stack(), foreign.cluster(), group)).isSameAs(drain);
        assertThat(shared.attach(sandbox.stack(), foreign.cluster(), foreign.group("More")))
                .isSameAs(drain);
        JsonNode template = sandbox.template();
        assertThat(Sandbox.terminationHooks(template)).hasSize(2);
        assertThat(Sandbox.resources(template, "AWS::Lambda::Function")).hasSize(1);
    }

    @Test
    void refusesToShareTheDrainOfAnotherCluster() {
        DrainStrategy shared =
                DrainStrategy.lifecycleHook(foreign.drain("Shared").build());
        Cluster other = Cluster.Builder.create(sandbox.stack(), "Other")
                .vpc(foreign.vpc())
                .build();

        assertThatThrownBy(() -> shared.attach(sandbox.stack(), other, group))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "drain is sandbox/Shared of the cluster sandbox/Cluster, allowed is a drain of the"
                                + " fleet's own cluster, sandbox/Other");
    }

    private AsgCapacityProvider.Builder provider() {
        return foreign.provider("Capacity", group);
    }

    private void add(AsgCapacityProvider.Builder provider) {
        foreign.cluster().addAsgCapacityProvider(provider.build());
    }

    private static JsonNode onlyHook(JsonNode template) {
        return Sandbox.onlyTerminationHook(template);
    }

    private static String managedDraining(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::CapacityProvider")
                .at("/AutoScalingGroupProvider/ManagedDraining")
                .asText();
    }
}
