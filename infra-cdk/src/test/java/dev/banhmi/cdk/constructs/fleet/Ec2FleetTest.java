package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ContainerInsights;

class Ec2FleetTest {
    private static final String ARM_RELEASE = "al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-arm64";
    private static final String AMI = "/aws/service/ecs/optimized-ami/amazon-linux-2023/";

    static Ec2Fleet.Builder usual(Sandbox sandbox) {
        return Ec2Fleet.Builder.create(sandbox.stack(), "Fleet")
                .vpc(TestVpc.in(sandbox.stack()))
                .architecture(ImageArchitecture.ARM64)
                .instanceTypes(new InstanceType("m7g.large"))
                .clock(on("2025-12-01"))
                .drain(DrainStrategy.managed());
    }

    @Test
    void itsResourcesAreTheSameWhateverTheFeatureFlags() {
        JsonNode resources = EveryApp.resources(sandbox -> usual(sandbox)
                .instanceTypes(new InstanceType("m7g.large"), new InstanceType("m6g.large"))
                .scaling(FleetScaling.steps())
                .build());
        assertThat(EveryApp.names(resources))
                // Its hash, which RefreshRollbackTest is about, changes with every tag.
                .extracting(name -> name.replaceFirst("(?<=LaunchTemplate3FC2FEAE)[0-9A-F]{8}$", "…"))
                .containsExactly(
                        "FleetAllLowE611F6D8",
                        "FleetCapacity281E0F36",
                        "FleetClusterAFA0AEE3",
                        "FleetClusterE89F8D7D",
                        "FleetHighcpu682EB6D3",
                        "FleetHighcpuReservedD5B83EC6",
                        "FleetHighmemoryD08C7777",
                        "FleetHighmemoryReserved5A4B8043",
                        "FleetInstancesASG8E71541E",
                        "FleetLaunchTemplate3FC2FEAE…",
                        "FleetLaunchTemplateProfileB169EB6D",
                        "FleetRole427BC000",
                        "FleetScaleIn0FEFDB3A",
                        "FleetScaleOutEBD45401",
                        "FleetSecurityGroup97A0FCFD");
    }

    @Test
    void itsInstancesAreInPrivateSubnetsUnlessToldOtherwise() {
        assertThat(texts(group(build(builder -> {})).path("VPCZoneIdentifier")))
                .containsExactly("subnet-0123456789abcdef3", "subnet-0123456789abcdef4");
        SubnetSelection open =
                SubnetSelection.builder().subnetType(SubnetType.PUBLIC).build();
        assertThat(texts(group(build(builder -> builder.vpcSubnets(open))).path("VPCZoneIdentifier")))
                .containsExactly("subnet-0123456789abcdef1", "subnet-0123456789abcdef2");
    }

    @Test
    void itHasOneToFourInstancesUnlessToldOtherwise() {
        JsonNode group = group(build(builder -> {}));
        assertThat(group.path("MinSize").asText()).isEqualTo("1");
        assertThat(group.path("MaxSize").asText()).isEqualTo("4");
        group = group(build(builder -> builder.minInstances(0).maxInstances(9)));
        assertThat(group.path("MinSize").asText()).isEqualTo("0");
        assertThat(group.path("MaxSize").asText()).isEqualTo("9");
    }

    @Test
    void aDeploymentDoesNotSetTheNumberOfInstancesBack() {
        assertThat(group(build(builder -> {})).has("DesiredCapacity")).isFalse();
    }

    @Test
    void theImageIsTheRecommendedOneOfTheArchitectureUnlessAReleaseIsNamed() {
        assertThat(imageId(build(builder -> {}))).isEqualTo("newest of " + AMI + "arm64/recommended/image_id");
        assertThat(imageId(build(builder ->
                        builder.architecture(ImageArchitecture.AMD64).instanceTypes(new InstanceType("m7i.large")))))
                .isEqualTo("newest of " + AMI + "recommended/image_id");
        assertThat(imageId(build(builder -> builder.amiRelease(ARM_RELEASE))))
                .isEqualTo("{{resolve:ssm:" + AMI + "arm64/" + ARM_RELEASE + "/image_id}}");
    }

    /** Plain CDK takes any image for good: nothing says how old it is. */
    @ParameterizedTest
    @CsvSource({"2025-11-07, true", "2025-11-08, true", "2026-02-06, true", "2026-02-07, false", "2025-11-06, false"})
    void aReleaseIsNotDeployedForLongerThanNinetyDaysNorBeforeItIsOut(String today, boolean fit) {
        Sandbox sandbox = Sandbox.plain();
        Ec2Fleet.Builder fleet = usual(sandbox).amiRelease(ARM_RELEASE).clock(on(today));
        if (fit) {
            fleet.build();
            return;
        }
        assertThatIllegalArgumentException()
                .isThrownBy(fleet::build)
                .withMessageContaining("amiRelease is \"" + ARM_RELEASE + "\", which is ")
                .withMessageContaining("2026".equals(today.substring(0, 4)) ? "91 days old on " : "released after ")
                .withMessageContaining(today + ", allowed is a release of the last 90 days. What was found in it");
    }

    @Test
    void anOlderReleaseIsDeployedWhereTheBuilderSaysSoAndReviewedWithAWarning() {
        usual(Sandbox.plain())
                .amiRelease(ARM_RELEASE)
                .amiMaxAgeDays(91)
                .clock(on("2026-02-07"))
                .build();
        Sandbox review = Sandbox.plain();
        usual(review)
                .amiRelease(ARM_RELEASE)
                .reviewOnly(true)
                .clock(on("2026-02-07"))
                .build();
        Annotations.fromStack(review.stack())
                .hasWarning("/sandbox/Fleet", Match.stringLikeRegexp(".*91 days old on 2026-02-07.*"));
    }

    @Test
    void theNewestReleaseHasNoAge() {
        usual(Sandbox.plain()).clock(on("2036-01-01")).build();
    }

    private static Clock on(String day) {
        return Clock.fixed(Instant.parse(day + "T12:00:00Z"), ZoneOffset.UTC);
    }

    @Test
    void nothingIsLookedUpAndNothingIsAParameter() {
        Sandbox sandbox = Sandbox.plain();
        usual(sandbox).amiRelease(ARM_RELEASE).build();
        JsonNode template = sandbox.template();
        assertThat(template.path("Parameters").properties())
                .extracting(parameter -> parameter.getKey())
                .containsExactly("BootstrapVersion");
        assertThat(sandbox.app().synth().getManifest().getMissing()).isNull();
    }

    @Test
    void anInstanceAsksForItsMetadataByTokenAndNoContainerReachesIt() {
        JsonNode metadata = launch(build(builder -> {})).path("MetadataOptions");
        assertThat(metadata.path("HttpTokens").asText()).isEqualTo("required");
        assertThat(metadata.path("HttpPutResponseHopLimit").asInt()).isEqualTo(1);
        assertThat(metadata.path("HttpEndpoint").asText()).isEqualTo("enabled");
    }

    @Test
    void itsDisksAreEncryptedAndAsLargeAsTold() {
        JsonNode disk = launch(build(builder -> {})).path("BlockDeviceMappings").path(0);
        assertThat(disk.path("DeviceName").asText()).isEqualTo("/dev/xvda");
        assertThat(disk.path("Ebs").path("Encrypted").asBoolean()).isTrue();
        assertThat(disk.path("Ebs").path("VolumeType").asText()).isEqualTo("gp3");
        assertThat(disk.path("Ebs").path("VolumeSize").asInt()).isEqualTo(30);
        assertThat(disk.path("Ebs").path("DeleteOnTermination").asBoolean()).isTrue();
        disk = launch(build(builder -> builder.rootVolumeGiB(100)))
                .path("BlockDeviceMappings")
                .path(0);
        assertThat(disk.path("Ebs").path("VolumeSize").asInt()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"32767, 40000", "61000, 65536", "61000, 60999"})
    void givesOnlyPortsThatEveryServiceOnItIsReachedOn(int first, int last) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> usual(Sandbox.plain()).hostPorts(first, last))
                .withMessageContaining("the range is " + first + "-" + last + ", allowed is 32768 to 65535");
    }

    @Test
    void theAgentKnowsSpotAndWarmPoolsInEveryFleet() {
        assertThat(launch(build(builder -> {})).path("UserData").toString())
                .contains("echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config")
                .contains("echo ECS_WARM_POOLS_CHECK=true >> /etc/ecs/ecs.config")
                .contains("echo ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true >> /etc/ecs/ecs.config")
                .contains("echo ECS_CLUSTER=\",{\"Ref\":\"FleetClusterE89F8D7D\"},\" >> /etc/ecs/ecs.config");
    }

    @Test
    void operatorsOpenSessionsUnlessToldOtherwise() {
        assertThat(role(build(builder -> {}))).contains("ssmmessages:OpenDataChannel");
        assertThat(role(build(builder -> builder.sessions(false)))).doesNotContain("ssm");
    }

    @Test
    void whatFailsByItselfIsReplacedAtOnceAndBeforeItIsTerminated() {
        JsonNode maintenance = group(build(builder -> {})).path("InstanceMaintenancePolicy");
        assertThat(maintenance.path("MinHealthyPercentage").asInt()).isEqualTo(100);
        assertThat(maintenance.path("MaxHealthyPercentage").asInt()).isEqualTo(200);
    }

    @Test
    void oneTypeOnDemandNeedsNoMixture() {
        JsonNode group = group(build(builder -> {}));
        assertThat(group.has("MixedInstancesPolicy")).isFalse();
        assertThat(group.path("LaunchTemplate")
                        .path("LaunchTemplateId")
                        .path("Ref")
                        .asText())
                .startsWith("FleetLaunchTemplate3FC2FEAE");
        assertThat(group.path("CapacityRebalance").asBoolean()).isFalse();
    }

    @Test
    void severalTypesAreTakenInTheirOrderAndOnDemand() {
        JsonNode mixed = group(build(
                        builder -> builder.instanceTypes(new InstanceType("m7g.large"), new InstanceType("m6g.large"))))
                .path("MixedInstancesPolicy");
        assertThat(mixed.path("LaunchTemplate").path("Overrides").toString())
                .isEqualTo("[{\"InstanceType\":\"m7g.large\"},{\"InstanceType\":\"m6g.large\"}]");
        JsonNode distribution = mixed.path("InstancesDistribution");
        assertThat(distribution.path("OnDemandAllocationStrategy").asText()).isEqualTo("prioritized");
        assertThat(distribution.path("OnDemandPercentageAboveBaseCapacity").asInt())
                .isEqualTo(100);
        assertThat(distribution.has("SpotAllocationStrategy")).isFalse();
    }

    @Test
    void spotBeginsWhereOnDemandEnds() {
        JsonNode group = group(
                build(builder -> builder.spot(Ec2Fleet.Builder.CUTS_ACCEPTED).onDemandInstances(2)));
        JsonNode distribution = group.path("MixedInstancesPolicy").path("InstancesDistribution");
        assertThat(distribution.path("OnDemandBaseCapacity").asInt()).isEqualTo(2);
        assertThat(distribution.path("OnDemandPercentageAboveBaseCapacity").asInt(-1))
                .isZero();
        assertThat(distribution.path("SpotAllocationStrategy").asText()).isEqualTo("price-capacity-optimized");
        assertThat(group.path("CapacityRebalance").asBoolean()).isTrue();
    }

    @Test
    void noBudgetFitsTheTwoMinutesOfSpotSoTheWordsAreTheOnlyWayToIt() {
        DrainBudget shortest = DrainBudget.Builder.create()
                .tasks(2)
                .instances(2)
                .maxRequestDuration(Duration.ofSeconds(31))
                .maxIdle(Duration.ofSeconds(1))
                .taskStart(Duration.ofSeconds(1))
                .healthChecks(Duration.ofSeconds(1))
                .serviceShutdown(Duration.ofSeconds(10))
                .build();
        assertThat(shortest.hookTimeout()).isGreaterThan(Duration.ofMinutes(2));
    }

    @Test
    void containerInsightsAreOffUnlessAskedFor() {
        assertThat(cluster(build(builder -> {})).path("ClusterSettings").toString())
                .isEqualTo("[{\"Name\":\"containerInsights\",\"Value\":\"disabled\"}]");
        assertThat(cluster(build(builder -> builder.containerInsights(ContainerInsights.ENHANCED)))
                        .path("ClusterSettings")
                        .toString())
                .isEqualTo("[{\"Name\":\"containerInsights\",\"Value\":\"enhanced\"}]");
    }

    @Test
    void twoFleetsShareAClusterThatTheyAreGiven() {
        Sandbox sandbox = Sandbox.plain();
        Cluster cluster = Cluster.Builder.create(sandbox.stack(), "Shared")
                .vpc(TestVpc.in(sandbox.stack()))
                .build();
        Ec2Fleet first = usual(sandbox).cluster(cluster).build();
        Ec2Fleet second = Ec2Fleet.Builder.create(sandbox.stack(), "Second")
                .vpc(TestVpc.in(sandbox.stack()))
                .cluster(cluster)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .drain(DrainStrategy.none("a test"))
                .build();
        assertThat(first.getCluster()).isSameAs(cluster);
        assertThat(second.getCluster()).isSameAs(cluster);
        JsonNode template = sandbox.template();
        assertThat(Sandbox.resources(template, "AWS::ECS::Cluster")).hasSize(1);
        assertThat(Sandbox.only(template, "AWS::ECS::ClusterCapacityProviderAssociations")
                        .path("CapacityProviders"))
                .hasSize(2);
        assertThat(cluster.getConnections().getSecurityGroups()).hasSize(2);
    }

    @Test
    void refusesContainerInsightsForAClusterOfSomebodyElse() {
        Sandbox sandbox = Sandbox.plain();
        Cluster cluster = Cluster.Builder.create(sandbox.stack(), "Shared")
                .vpc(TestVpc.in(sandbox.stack()))
                .build();
        Ec2Fleet.Builder builder = usual(sandbox).cluster(cluster).containerInsights(ContainerInsights.ENABLED);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessage("sandbox/Fleet: containerInsights is ENABLED, allowed is nothing, with a cluster of yours."
                        + " Set it"
                        + " where sandbox/Shared is created.");
    }

    @Test
    void whoDrainsIsAlwaysSaid() {
        assertThat(provider(build(builder -> {})).path("ManagedDraining").asText())
                .isEqualTo("ENABLED");
        assertThat(provider(build(builder -> builder.drain(DrainStrategy.none("a test"))))
                        .path("ManagedDraining")
                        .asText())
                .isEqualTo("DISABLED");
    }

    @Test
    void whatConnectsToItIsConnectedToItsInstances() {
        Sandbox sandbox = Sandbox.plain();
        Ec2Fleet fleet = usual(sandbox).build();
        fleet.getConnections().allowFromAnyIpv4(Port.tcp(8080));
        JsonNode rule = Sandbox.only(sandbox.template(), "AWS::EC2::SecurityGroup")
                .path("SecurityGroupIngress")
                .path(0);
        assertThat(rule.path("FromPort").asInt()).isEqualTo(8080);
        assertThat(fleet.getArchitecture()).isEqualTo(ImageArchitecture.ARM64);
        assertThat(fleet.getDrain()).isEmpty();
        assertThat(fleet.getCapacityProvider().getAutoScalingGroup()).isSameAs(fleet.getAutoScalingGroup());
        assertThat(fleet.getCluster().getHasEc2Capacity()).isTrue();
    }

    @Test
    void whatIsKnownOnlyAtDeploymentIsNotRefused() {
        String later = Fn.importValue("later");
        JsonNode launch = launch(
                build(builder -> builder.instanceTypes(new InstanceType(later)).amiRelease(later)));
        assertThat(launch.path("InstanceType").path("Fn::ImportValue").asText()).isEqualTo("later");
        assertThat(launch.path("ImageId").toString()).contains("{\"Fn::ImportValue\":\"later\"},\"/image_id}}\"");
    }

    /** A wrong option, and the message it leads to. */
    record Wrong(String message, Consumer<Ec2Fleet.Builder> option) {
        @Override
        public String toString() {
            return message;
        }
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                new Wrong(
                        "instanceTypes is t3.medium, which runs amd64, allowed is types that run arm64, the image's"
                                + " architecture."
                                + " Use another type, or build the image for amd64.",
                        builder -> builder.instanceTypes(new InstanceType("m7g.large"), new InstanceType("t3.medium"))),
                new Wrong(
                        "instanceTypes is m7g.large, which runs arm64, allowed is types that run amd64, the image's"
                                + " architecture."
                                + " Use another type, or build the image for arm64.",
                        builder -> builder.architecture(ImageArchitecture.AMD64)),
                new Wrong(
                        "instanceTypes is \"m7glarge\", allowed is a family and a size, such as m7g.large. EC2 has no type of"
                                + " such a name",
                        builder -> builder.instanceTypes(new InstanceType("m7glarge"))),
                new Wrong(
                        "instanceTypes is \"M7G.LARGE\", allowed is a family and a size",
                        builder -> builder.instanceTypes(new InstanceType("M7G.LARGE"))),
                new Wrong(
                        "instanceTypes is missing, allowed is any value. Ec2Fleet has no default for it: call"
                                + " .instanceTypes(…).",
                        builder -> builder.instanceTypes()),
                new Wrong(
                        "amiRelease is \"ami-0123\", allowed is al2023-ami-ecs-hvm-…-arm64 with its date, because the image is"
                                + " for arm64. Use the image_name that aws ssm get-parameter prints for the"
                                + " recommended release.",
                        builder -> builder.amiRelease("ami-0123")),
                new Wrong(
                        "amiRelease is \"al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64\", allowed is"
                                + " al2023-ami-ecs-hvm-…-arm64",
                        builder -> builder.amiRelease("al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64")),
                new Wrong(
                        "amiRelease is \"al2023-ami-ecs-hvm-2023.0.20251399-kernel-6.1-arm64\", allowed is",
                        builder -> builder.amiRelease("al2023-ami-ecs-hvm-2023.0.20251399-kernel-6.1-arm64")),
                new Wrong("amiMaxAgeDays is 0, allowed is 1 or more.", builder -> builder.amiMaxAgeDays(0)),
                new Wrong(
                        "minInstances is -1, allowed is 0 or more. Write a number of instances.",
                        builder -> builder.minInstances(-1)),
                new Wrong(
                        "minInstances is 0, allowed is 1 or more. FleetScaling.steps() measures the instances",
                        builder -> builder.minInstances(0).scaling(FleetScaling.steps())),
                new Wrong(
                        "maxInstances is 2, allowed is 3 or more. It cannot be less than minInstances, nor 0.",
                        builder -> builder.minInstances(3).maxInstances(2)),
                new Wrong(
                        "maxInstances is 0, allowed is 1 or more.",
                        builder -> builder.minInstances(0).maxInstances(0)),
                new Wrong("rootVolumeGiB is 29, allowed is 30 to 16384.", builder -> builder.rootVolumeGiB(29)),
                new Wrong("rootVolumeGiB is 16385, allowed is 30 to 16384.", builder -> builder.rootVolumeGiB(16_385)),
                new Wrong(
                        "onDemandInstances is 1, allowed is 0 or more, with spot. Without spot every instance is"
                                + " On-Demand.",
                        builder -> builder.onDemandInstances(1)),
                new Wrong(
                        "onDemandInstances is -1, allowed is 0 or more, with spot.",
                        builder -> builder.spot("cuts accepted").onDemandInstances(-1)));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void refusesWhatCannotWork(Wrong wrong) {
        Ec2Fleet.Builder builder = usual(Sandbox.plain());
        wrong.option().accept(builder);
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageStartingWith("sandbox/Fleet: " + wrong.message());
    }

    /** Whatever drains, a launch hook of ours is the only thing that waits for ECS: without it an AMI that never joins replaces everything. */
    @Test
    void saysSoWhereNothingWatchesWhetherNewInstancesJoin() {
        Sandbox hooked = Sandbox.plain();
        usual(hooked)
                .drain(DrainStrategy.lifecycleHook(
                        DrainBudget.Builder.create().tasks(2).instances(2).build(), StandInDrainJar.usual()))
                .build();
        assertThat(unwatched(hooked)).isEmpty();
        for (DrainStrategy strategy : List.of(DrainStrategy.managed(), DrainStrategy.none("a test"))) {
            Sandbox other = Sandbox.plain();
            usual(other).drain(strategy).build();
            assertThat(unwatched(other)).hasSize(1);
        }
    }

    private static List<?> unwatched(Sandbox sandbox) {
        return Annotations.fromStack(sandbox.stack())
                .findWarning("/sandbox/Fleet", Match.stringLikeRegexp("Nothing shows whether a new instance joins.*"));
    }

    @Test
    void warnsOfATypeThatIsNotInTheListAndNamesTheNearest() {
        Sandbox sandbox = Sandbox.plain();
        Ec2Fleet fleet = usual(sandbox)
                .instanceTypes(new InstanceType("m7g.larg"), new InstanceType("m6g.large"))
                .build();

        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning(
                                "/sandbox/Fleet",
                                Match.stringLikeRegexp("The instance type m7g.larg is not in this library's list; .*"
                                        + "m7g.large, .* Whether tasks fit is not checked.*")))
                .hasSize(1);
        assertThat(fleet.getCapacity().smallest()).isEmpty();
    }

    @Test
    void knowsWhatTheSmallestAndTheLargestOfItsTypesOffer() {
        FleetCapacity capacity = usual(Sandbox.plain())
                .instanceTypes(new InstanceType("c7g.xlarge"), new InstanceType("m7g.large"))
                .build()
                .getCapacity();

        assertThat(capacity)
                .isEqualTo(new FleetCapacity(
                        1,
                        4,
                        true,
                        Optional.of(new FleetCapacity.Instance(2048, 8192)),
                        Optional.of(new FleetCapacity.Instance(4096, 8192)),
                        List.of(new FleetCapacity.Instance(4096, 8192), new FleetCapacity.Instance(2048, 8192))));
        assertThat(capacity.smallest().orElseThrow().registeredMemoryMiB()).isEqualTo(7371);
    }

    @Test
    void tellsTheArchitectureOfEveryKnownTypeByItsName() {
        assertThat(InstanceTypes.known()).hasSizeGreaterThan(1000).allSatisfy((type, size) -> {
            assertThat(InstanceTypes.isWellFormed(type)).as(type).isTrue();
            assertThat(ImageArchitecture.ofInstanceType(type).imageName())
                    .as(type)
                    .isEqualTo(size.architecture());
            assertThat(InstanceTypes.nearest(type)).first().isEqualTo(type);
        });
    }

    @Test
    void refusesSpotWithoutTheWords() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> usual(Sandbox.plain()).spot("yes"))
                .withMessage("sandbox: spot of Fleet is \"yes\", allowed is \"cuts accepted\". AWS reclaims a Spot"
                        + " instance with two minutes' notice, and cuts what still runs: acknowledge it, or"
                        + " leave spot out.");
    }

    @Test
    void whatHasNoDefaultIsAskedForByName() {
        Sandbox sandbox = Sandbox.plain();
        asksFor("vpc", Ec2Fleet.Builder.create(sandbox.stack(), "A"));
        asksFor("architecture", Ec2Fleet.Builder.create(sandbox.stack(), "B").vpc(TestVpc.in(sandbox.stack())));
        asksFor(
                "drain",
                Ec2Fleet.Builder.create(Sandbox.plain().stack(), "C")
                        .vpc(TestVpc.in(Sandbox.plain().stack()))
                        .architecture(ImageArchitecture.ARM64)
                        .instanceTypes(new InstanceType("m7g.large")));
    }

    private static void asksFor(String option, Ec2Fleet.Builder builder) {
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining(
                        ": " + option + " is missing, allowed is any value. Ec2Fleet has no default for it: call ."
                                + option + "(…).");
    }

    private static JsonNode build(Consumer<Ec2Fleet.Builder> options) {
        Sandbox sandbox = Sandbox.plain();
        Ec2Fleet.Builder builder = usual(sandbox);
        options.accept(builder);
        builder.build();
        return sandbox.template();
    }

    private static JsonNode group(JsonNode template) {
        return Sandbox.only(template, "AWS::AutoScaling::AutoScalingGroup");
    }

    private static JsonNode launch(JsonNode template) {
        return Sandbox.only(template, "AWS::EC2::LaunchTemplate").path("LaunchTemplateData");
    }

    private static String imageId(JsonNode template) {
        JsonNode image = launch(template).path("ImageId");
        JsonNode parameter = template.path("Parameters").path(image.path("Ref").asText());
        return parameter.path("Type").asText().equals("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>")
                ? "newest of " + parameter.path("Default").asText()
                : image.asText();
    }

    private static String role(JsonNode template) {
        return Sandbox.resources(template, "AWS::IAM::Role").stream()
                .map(role -> role.path("Properties"))
                .filter(role -> role.path("AssumeRolePolicyDocument").toString().contains("ec2.amazonaws.com"))
                .findFirst()
                .orElseThrow()
                .path("Policies")
                .toString();
    }

    private static JsonNode cluster(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::Cluster");
    }

    private static JsonNode provider(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::CapacityProvider").path("AutoScalingGroupProvider");
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
