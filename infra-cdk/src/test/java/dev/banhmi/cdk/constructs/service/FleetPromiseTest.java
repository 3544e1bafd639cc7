package dev.banhmi.cdk.constructs.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;

/** A service and a fleet that are right by themselves and wrong together. */
class FleetPromiseTest {
    private static final Duration GROWTH = Duration.ofMinutes(3);

    private final Sandbox sandbox = Sandbox.plain();
    private final Vpc vpc = Vpc.Builder.create(sandbox.stack(), "Vpc")
            .maxAzs(2)
            .natGateways(1)
            .restrictDefaultSecurityGroup(false)
            .build();

    @Test
    void takesAServiceWhoseFleetIsDrainedInTime() {
        DrainBudget budget = budget().build();
        Ec2Fleet fleet = fleet(builder -> builder.drain(hook(budget)));

        assertThatCode(() -> service("Gateway", fleet, budget, UnaryOperator.identity()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAServiceThatNeedsLongerThanItsFleetIsGiven() {
        Ec2Fleet fleet = fleet(builder -> builder.drain(
                hook(budget().maxRequestDuration(Duration.ofMinutes(2)).build())));
        DrainBudget slow = budget().build();

        assertThatThrownBy(() -> service("Gateway", fleet, slow, UnaryOperator.identity()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sandbox: Gateway.budget is a drain of 1555 s on a fleet that is drained within 775 s,"
                        + " allowed is a budget whose hookTimeout is 775 s or less. Build the drain of the fleet with this"
                        + " budget, or with the longest of its services'.");
    }

    @Test
    void refusesMoreTasksOnAnInstanceThanItsAgentHasPorts() {
        Ec2Fleet fleet = fleet(builder -> builder.hostPorts(61_000, 61_014).drain(DrainStrategy.managed()));

        assertThatThrownBy(() -> service("Dense", fleet, budget().build(), builder -> small(builder, 128, 512)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sandbox: Dense.cpuUnits is 128 beside memoryLimitMiB 512, so that 16 tasks fit on an instance"
                                + " with 15 ports, allowed is as many tasks as ports, or fewer. Set hostPorts(…) of"
                                + " sandbox/Fleet to a wider range.");
        assertThatCode(() -> service("Gateway", fleet, budget().build(), builder -> small(builder, 136, 512)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesMoreTasksOnAnInstanceThanItsBridgeCarriesHoweverManyPortsThereAre() {
        Ec2Fleet fleet = fleet(builder ->
                builder.instanceTypes(new InstanceType("m7i.48xlarge")).drain(DrainStrategy.managed()));

        assertThatThrownBy(() -> service("Dense", fleet, budget().build(), builder -> small(builder, 192, 512)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "sandbox: Dense.cpuUnits is 192 beside memoryLimitMiB 512, so that 1024 tasks fit on an instance,"
                                + " whose bridge carries 1023 containers, allowed is no more tasks than those. ECS would place"
                                + " tasks that cannot start: give them more CPU or memory, or take smaller instances.");
        assertThatCode(() -> service("Gateway", fleet, budget().build(), builder -> small(builder, 193, 512)))
                .doesNotThrowAnyException();
    }

    /** By its CPU alone it would carry 1,024. */
    @Test
    void takesSmallTasksWhoseMemoryBoundsTheirNumber() {
        Ec2Fleet fleet = fleet(builder ->
                builder.instanceTypes(new InstanceType("c6a.32xlarge")).drain(DrainStrategy.managed()));

        assertThatCode(() -> service("Gateway", fleet, budget().build(), builder -> small(builder, 128, 3072)))
                .doesNotThrowAnyException();
    }

    /** By itself the one has 10 there, the other 14. */
    @Test
    void countsTheTasksOfTwoServicesThatUseUpWhatTheOtherLeaves() {
        Ec2Fleet fleet = fleet(builder -> builder.hostPorts(61_000, 61_013).drain(DrainStrategy.managed()));

        service("Large", fleet, budget().build(), builder -> small(builder, 128, 800));
        assertThatThrownBy(() -> service("Busy", fleet, budget().build(), builder -> small(builder, 140, 64)))
                .hasMessageContaining("Busy.cpuUnits is 140 beside memoryLimitMiB 64, so that 15 tasks, those of the"
                        + " fleet's other services among them, fit on an instance with 14 ports");
    }

    @Test
    void opensThePortsOfItsFleetWhicheverStackItIsIn() {
        Ec2Fleet fleet = fleet(builder -> builder.hostPorts(50_000, 50_999).drain(DrainStrategy.managed()));
        Stack another = another();
        service(another, "Gateway", fleet, budget().build(), UnaryOperator.identity());

        for (String type : List.of("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress")) {
            JsonNode rule = Sandbox.only(new Sandbox(sandbox.app(), another).template(), type);
            assertThat(rule.path("FromPort").asInt()).isEqualTo(50_000);
            assertThat(rule.path("ToPort").asInt()).isEqualTo(50_999);
        }
        assertThat(Sandbox.only(sandbox.template(), "AWS::EC2::LaunchTemplate").toString())
                .contains("ECS_DYNAMIC_HOST_PORT_RANGE=50000-50999");
    }

    /** The fleet cannot name it: its stack comes first, because the service needs it. */
    @Test
    void leavesTheErrorsOfAServiceInAnotherStackOutOfTheRefreshAndSaysSo() {
        Ec2Fleet fleet = fleet(builder -> builder.drain(DrainStrategy.managed()));
        service("Beside", fleet, budget().build(), UnaryOperator.identity());
        service(another(), "Gateway", fleet, budget().build(), UnaryOperator.identity());

        JsonNode watched = Sandbox.resources(sandbox.template(), "AWS::AutoScaling::AutoScalingGroup")
                .get(0)
                .at("/UpdatePolicy/AutoScalingInstanceRefresh/Preferences/AlarmSpecification/Alarms");
        assertThat(watched).hasSize(1);
        assertThat(watched.path(0).path("Ref").asText()).startsWith("BesideRefreshErrors");
        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning(
                                "/sandbox/Fleet",
                                Match.stringLikeRegexp(
                                        "another/Gateway/.* is in the stack another, .*sandbox, cannot name"
                                                + " it: it does not stop a refresh.*")))
                .hasSize(1);
    }

    @Test
    void refusesTheSlowerOfTwoServicesThatShareADrain() {
        DrainBudget quick = budget().maxRequestDuration(Duration.ofMinutes(2)).build();
        Cluster cluster =
                Cluster.Builder.create(sandbox.stack(), "Cluster").vpc(vpc).build();
        DrainStrategy shared = DrainStrategy.lifecycleHook(InstanceDrain.Builder.create(sandbox.stack(), "Drain")
                .cluster(cluster)
                .budget(quick)
                .jar(StandInDrainJar.usual())
                .build());
        Ec2Fleet fleet = fleet(builder -> builder.cluster(cluster).drain(shared));

        service("Quick", fleet, quick, UnaryOperator.identity());
        assertThatThrownBy(() -> service("Slow", fleet, budget().build(), UnaryOperator.identity()))
                .hasMessageContaining("Slow.budget is a drain of 1555 s on a fleet that is drained within 775 s");
    }

    /** Such a drain is longer as a whole, and cuts a task that was replaced late. */
    @Test
    void refusesAServiceWhoseTasksNeedLongerToStopThanItsFleetGivesThem() {
        DrainBudget slowToStart = budget().maxRequestDuration(Duration.ofMinutes(2))
                .taskStart(Duration.ofMinutes(20))
                .build();
        Ec2Fleet fleet = fleet(builder -> builder.drain(hook(slowToStart)));

        assertThatThrownBy(() -> service("Slow", fleet, budget().build(), UnaryOperator.identity()))
                .hasMessageContaining("Slow.budget is one whose tasks need 1470 s to stop, on a fleet whose drain gives"
                        + " them 690 s");
    }

    @Test
    void refusesAServiceThatScalesToANumberOfTasksWithWhichItsDrainTakesLonger() {
        Ec2Fleet fleet = fleet(builder -> builder.minInstances(4));
        DrainBudget rounded = DrainBudget.Builder.create()
                .tasks(4)
                .instances(4)
                .maximumPercent(150)
                .build();

        assertThatThrownBy(() -> service(
                        "Odd", fleet, rounded, service -> service.cpuUnits(256).maxTasks(8)))
                .hasMessageContaining(
                        "Odd.budget is a drain of 2700 s, which takes 3845 s while the service has 5 tasks, up"
                                + " to 5 of them on one instance, allowed is a budget whose hookTimeout is 3845 s or more");
        assertThatCode(() -> service("Even", fleet, rounded, service -> service.maxTasks(4)))
                .doesNotThrowAnyException();
    }

    /** On an instance that is larger than was said, or with tasks that are smaller, more of them are together. */
    @Test
    void refusesSizesWithWhichFewerTasksAreOnAnInstanceThanMayBe() {
        Ec2Fleet fleet =
                fleet(builder -> builder.instanceTypes(new InstanceType("m7i.large"), new InstanceType("m7i.2xlarge")));
        DrainBudget one = DrainBudget.Builder.create()
                .tasks(2)
                .instances(2)
                .maximumPercent(150)
                .taskCpuUnits(1024)
                .taskMemoryMiB(1024)
                .instanceCpuUnits(2048)
                .instanceMemoryMiB(7371)
                .build();

        assertThatThrownBy(() -> service(
                        "Sized", fleet, one, service -> service.cpuUnits(512).maxTasks(7)))
                .hasMessageContaining(
                        "Sized.budget is a drain of 2700 s, which takes 3845 s while the service has 3 tasks");
    }

    @Test
    void believesASaidNumberOfTasksOnAnInstanceOnlyWhereItIsNotKnownHowManyFit() {
        DrainBudget said = DrainBudget.Builder.create()
                .tasks(4)
                .instances(2)
                .maximumPercent(150)
                .tasksPerInstance(2)
                .build();
        Ec2Fleet known = fleet(UnaryOperator.identity());
        Ec2Fleet unknown = fleet("Unknown", builder -> builder.instanceTypes(new InstanceType("m99i.large")));

        assertThatThrownBy(() -> service("Packed", known, said, service -> service.maxTasks(4)))
                .hasMessageContaining(
                        "Packed.budget is a drain of 1555 s, which takes 2700 s while the service has 4 tasks, up to 4"
                                + " of them on one instance");
        assertThatCode(() -> service("Said", unknown, said, service -> service.maxTasks(4)))
                .as("two instances, two tasks on each")
                .doesNotThrowAnyException();
    }

    @Test
    void refusesASaidNumberOfTasksOnAnInstanceThatAFleetOfFewerInstancesCannotKeep() {
        Ec2Fleet fleet = fleet(builder -> builder.instanceTypes(new InstanceType("m99i.large"))
                .minInstances(1)
                .maxInstances(4));
        DrainBudget said = DrainBudget.Builder.create()
                .tasks(4)
                .instances(4)
                .maximumPercent(125)
                .tasksPerInstance(1)
                .fleetGrows(GROWTH)
                .build();

        assertThatThrownBy(() -> service("Packed", fleet, said, service -> service.maxTasks(4)))
                .hasMessageContaining(
                        "Packed.budget is a drain of 1735 s, which takes 5710 s while the service has 4 tasks");
    }

    @Test
    void refusesAServiceWhoseLastTaskIsReplacedLaterThanItsFleetExpects() {
        DrainBudget patient =
                budget().maxRequestDuration(Duration.ofMinutes(50)).build();
        Ec2Fleet fleet = fleet(builder -> builder.minInstances(4).drain(hook(patient)));
        DrainBudget inRounds = DrainBudget.Builder.create()
                .tasks(4)
                .instances(4)
                .maximumPercent(150)
                .build();

        assertThatThrownBy(() -> service("Rounds", fleet, inRounds, service -> service.maxTasks(4)))
                .hasMessageContaining("Rounds.budget is one whose last task is replaced after 1230 s, on a fleet whose"
                        + " drain expects that after 85 s")
                .hasMessageContaining("lengthen the hookTimeout of the fleet's drain by 1145 s");
    }

    @Test
    void refusesASecondServiceThatLeavesTheReplacementsNoRoom() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        service("First", fleet, budget().build(), service -> service.cpuUnits(1024));

        assertThatThrownBy(() -> service("Second", fleet, budget().build(), service -> service.cpuUnits(1024)))
                .hasMessageContaining("Second.minTasks is 2, of 4 tasks on the fleet, allowed is a total of 2 or less,"
                        + " 1 × 2 on the instances that stay");
    }

    @Test
    void refusesMoreTasksThanTheFleetCarriesAtItsLargest() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        DrainBudget grows = budget().fleetGrows(GROWTH).build();

        assertThatThrownBy(() -> service("Grows", fleet, grows, service -> service.maxTasks(17)))
                .hasMessageContaining("Grows.maxTasks is 17, of which the fleet carries 16, allowed is 16 or less:"
                        + " maxInstances 4, and on each as many as fit on the smallest type.");
        assertThatThrownBy(() -> service("Fixed", fleet, budget().build(), service -> service.maxTasks(13)))
                .hasMessageContaining(
                        "Fixed.maxTasks is 13, of which the fleet carries 12 while an instance is drained, allowed is"
                                + " 12 or less");
        assertThatCode(() -> service("Gateway", fleet, budget().build(), service -> service.maxTasks(12)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesATaskMoreThanADeploymentHasRoomOrTimeFor() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        DrainBudget grows = budget().fleetGrows(GROWTH).build();

        assertThatThrownBy(() -> service(
                        "Full", fleet, grows, service -> service.minTasks(16).maxTasks(16)))
                .hasMessageContaining("Full.maxTasks is 16, and with 16 tasks a deployment finds no room for a new one,"
                        + " allowed is what lets it end within 10800 s. CloudFormation waits three hours");
        assertThatThrownBy(() -> service("Slow", fleet, grows, service -> service.maxTasks(15)))
                .hasMessageContaining(
                        "Slow.maxTasks is 15, and with 15 tasks a deployment takes 17175 s, 1 at a time,");
        assertThatCode(() -> service("Gateway", fleet, grows, service -> service.maxTasks(14)))
                .doesNotThrowAnyException();
    }

    /** A task on each instance, and instances one by one. */
    @Test
    void refusesADeploymentWhoseInstancesComeTooLate() {
        Ec2Fleet fleet = fleet(builder -> builder.maxInstances(24));
        DrainBudget grows = budget().fleetGrows(Duration.ofHours(1)).build();

        assertThatThrownBy(() -> service(
                        "Late", fleet, grows, service -> service.cpuUnits(2048).maxTasks(10)))
                .hasMessageContaining(
                        "Late.maxTasks is 10, and with 10 tasks a deployment takes 11615 s, 10 at a time, allowed is"
                                + " what lets it end within 10800 s");
        assertThatCode(() -> service(
                        "Gateway",
                        fleet,
                        grows,
                        service -> service.cpuUnits(2048).maxTasks(9)))
                .doesNotThrowAnyException();
    }

    /** More memory than nine tenths of the type's, and less than it registers as the budget has it. */
    @Test
    void believesABudgetOfWhatAnInstanceRegisters() {
        Ec2Fleet fleet = fleet(builder -> builder.minInstances(4));
        Ec2Fleet other = fleet("Other", builder -> builder.minInstances(4));

        assertThatCode(() -> service(
                        "Halves",
                        fleet,
                        registering(3750),
                        service -> service.memoryLimitMiB(3750).maxTasks(4)))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> service(
                        "Whole",
                        other,
                        registering(7500),
                        service -> service.memoryLimitMiB(7500).maxTasks(500)))
                .hasMessageContaining("Whole.maxTasks is 500, of which the fleet carries 3");
    }

    private static DrainBudget registering(int taskMemoryMiB) {
        return budget().instances(4)
                .taskCpuUnits(512)
                .taskMemoryMiB(taskMemoryMiB)
                .instanceCpuUnits(2048)
                .instanceMemoryMiB(7600)
                .build();
    }

    /** Nothing is free, and half of the tasks need not be kept. */
    @Test
    void takesADeploymentThatStopsTasksFirst() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        DrainBudget halves =
                budget().fleetGrows(GROWTH).minimumHealthyPercent(50).build();

        assertThatCode(() -> service("Gateway", fleet, halves, service -> service.maxTasks(16)))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesASecondServiceThatTakesTheRoomOfTheFirstOnesMostTasks() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        service("First", fleet, budget().build(), service -> service.maxTasks(12));

        assertThatThrownBy(() -> service("Second", fleet, budget().build(), UnaryOperator.identity()))
                .hasMessageContaining("Second.minTasks is 2, so that another service of the fleet does not fit: its"
                        + " maxTasks is 12, of which the fleet carries 10 while an instance is drained");
    }

    @Test
    void scalesAsFarAsOldAndNewTasksHaveRoomWhereNothingIsSaid() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        service("Small", fleet, budget().build(), UnaryOperator.identity());
        service("Beside", fleet, budget().build(), UnaryOperator.identity());
        service(
                "Large",
                fleet("Twenty", builder -> builder.maxInstances(20)),
                budget().build(),
                UnaryOperator.identity());

        assertThat(Sandbox.resources(sandbox.template(), "AWS::ApplicationAutoScaling::ScalableTarget"))
                .extracting(target -> target.at("/Properties/MaxCapacity").asInt())
                .containsExactlyInAnyOrder(8, 4, 20);
    }

    @Test
    void takesAnyTimeWhereEcsDrainsOrCutsAreAccepted() {
        Ec2Fleet managed = fleet(builder -> builder.drain(DrainStrategy.managed()));

        assertThatCode(() -> service("Gateway", managed, budget().build(), UnaryOperator.identity()))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesTasksOfAWholeInstanceOnAFleetOfOne() {
        Ec2Fleet fleet = fleet(builder -> builder.minInstances(1).maxInstances(1));
        DrainBudget budget = DrainBudget.Builder.create().tasks(3).instances(1).build();

        assertThatThrownBy(() -> service(
                        "Gateway",
                        fleet,
                        budget,
                        service -> service.cpuUnits(2048).memoryLimitMiB(7000)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sandbox/Gateway: the budget does not hold on sandbox/Fleet.")
                .hasMessageContaining("room (instances 1 − 1) × ⌊min(instanceCpuUnits 2048 ÷ taskCpuUnits 2048,"
                        + " instanceMemoryMiB 7371 ÷ taskMemoryMiB 7000)⌋ = 1, together 0 ≥ tasks 3 does not hold");
    }

    @Test
    void refusesATaskThatFitsOnNoInstance() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());

        assertThatThrownBy(() -> service("Gateway", fleet, budget().build(), service -> service.memoryLimitMiB(8000)))
                .hasMessageContaining("tasks that fit on an instance 0 ≥ 1");
    }

    @Test
    void refusesABudgetForMoreInstancesThanTheFleetSurelyHas() {
        Ec2Fleet fleet = fleet(builder -> builder.minInstances(1).maxInstances(4));

        assertThatThrownBy(() -> service("Gateway", fleet, budget().build(), UnaryOperator.identity()))
                .hasMessageContaining(
                        "Gateway.budget is one for 2 instances, allowed is the fleet's minInstances, 1, or fewer");
        assertThatThrownBy(() -> service(
                        "Other", fleet, budget().instances(5).fleetGrows(GROWTH).build(), UnaryOperator.identity()))
                .hasMessageContaining(
                        "Other.budget is one for 5 instances, allowed is the fleet's maxInstances, 4, or fewer");
    }

    @Test
    void refusesABudgetThatCountsOnGrowthWhereTheFleetDoesNotGrow() {
        DrainBudget grows = budget().fleetGrows(GROWTH).build();
        Ec2Fleet full = fleet(builder -> builder.maxInstances(2));
        Ec2Fleet steps = Ec2Fleet.Builder.create(sandbox.stack(), "Steps")
                .vpc(vpc)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .minInstances(2)
                .scaling(FleetScaling.steps())
                .drain(DrainStrategy.managed())
                .build();

        for (Ec2Fleet fleet : List.of(full, steps)) {
            String id = "On" + fleet.getNode().getId();
            assertThatThrownBy(() -> service(id, fleet, grows, UnaryOperator.identity()))
                    .hasMessageContaining(id + ".budget is one for a fleet that grows, on a fleet that does not,"
                            + " allowed is a budget without fleetGrows(…)");
        }
    }

    @Test
    void refusesSizesOfTheBudgetThatAreNotThoseOfServiceAndFleet() {
        Ec2Fleet fleet = fleet(UnaryOperator.identity());
        DrainBudget sized = sized(512, 1024, 2048, 7600);

        assertThatThrownBy(() -> service("A", fleet, sized, service -> service.cpuUnits(513)))
                .hasMessageContaining("A.cpuUnits is 513, allowed is 512 or less, the budget's taskCpuUnits");
        assertThatThrownBy(() -> service("B", fleet, sized, service -> service.memoryLimitMiB(1025)))
                .hasMessageContaining("B.memoryLimitMiB is 1025, allowed is 1024 or less, the budget's taskMemoryMiB");
        assertThatThrownBy(() -> service("C", fleet, sized(512, 1024, 4096, 7600), UnaryOperator.identity()))
                .hasMessageContaining(
                        "C.budget.instanceCpuUnits is 4096, allowed is 2048 or less, the fleet's smallest type");
        assertThatThrownBy(() -> service("D", fleet, sized(512, 1024, 2048, 8193), UnaryOperator.identity()))
                .hasMessageContaining("D.budget.instanceMemoryMiB is 8193, allowed is 8192 or less");
        assertThatCode(() -> service("E", fleet, sized, UnaryOperator.identity()))
                .doesNotThrowAnyException();
    }

    @Test
    void saysSoWhereTheSizesAreNotKnown() {
        Ec2Fleet fleet = fleet(builder -> builder.instanceTypes(new InstanceType("m99i.large")));
        service("Gateway", fleet, budget().build(), UnaryOperator.identity());

        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning(
                                "/sandbox/Fleet",
                                Match.stringLikeRegexp(
                                        "Whether the tasks of sandbox/Gateway have room elsewhere .*is not"
                                                + " checked.*")))
                .hasSize(1);
    }

    private static ZeroDowntimeService.Builder small(
            ZeroDowntimeService.Builder service, int cpuUnits, int memoryMebibytes) {
        return service.cpuUnits(cpuUnits).memoryLimitMiB(memoryMebibytes);
    }

    private Ec2Fleet fleet(UnaryOperator<Ec2Fleet.Builder> options) {
        return fleet("Fleet", options);
    }

    private Ec2Fleet fleet(String id, UnaryOperator<Ec2Fleet.Builder> options) {
        return options.apply(Ec2Fleet.Builder.create(sandbox.stack(), id)
                        .vpc(vpc)
                        .architecture(ImageArchitecture.AMD64)
                        .instanceTypes(new InstanceType("m7i.large"))
                        .minInstances(2)
                        .maxInstances(4)
                        .drain(DrainStrategy.managed()))
                .build();
    }

    private void service(
            String id, Ec2Fleet fleet, DrainBudget budget, UnaryOperator<ZeroDowntimeService.Builder> options) {
        service(sandbox.stack(), id, fleet, budget, options);
    }

    private static void service(
            Stack stack,
            String id,
            Ec2Fleet fleet,
            DrainBudget budget,
            UnaryOperator<ZeroDowntimeService.Builder> options) {
        options.apply(ZeroDowntimeService.Builder.create(stack, id)
                        .fleet(fleet)
                        .image(ServiceSandbox.image(stack, id + "Images", ImageArchitecture.AMD64))
                        .budget(budget)
                        .healthCheckPath("/healthz")
                        .cpuUnits(512)
                        .memoryLimitMiB(1024)
                        .plainHttp("a test"))
                .build();
    }

    private Stack another() {
        return new Stack(
                sandbox.app(),
                "another",
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }

    private static DrainStrategy hook(DrainBudget budget) {
        return DrainStrategy.lifecycleHook(budget, StandInDrainJar.usual());
    }

    private static DrainBudget.Builder budget() {
        return DrainBudget.Builder.create().tasks(2).instances(2);
    }

    private static DrainBudget sized(int taskCpu, int taskMemory, int instanceCpu, int instanceMemory) {
        return budget().taskCpuUnits(taskCpu)
                .taskMemoryMiB(taskMemory)
                .instanceCpuUnits(instanceCpu)
                .instanceMemoryMiB(instanceMemory)
                .build();
    }
}
