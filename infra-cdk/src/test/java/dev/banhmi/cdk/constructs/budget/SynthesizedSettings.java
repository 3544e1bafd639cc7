package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.service.ServiceSandbox;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecr.Repository;

/** Builds the constructs that settings are written for, and reads their numbers back from the template. */
final class SynthesizedSettings {
    private static final Path JAR = StandInDrainJar.usual();
    private static final String SERVICE = "Service";

    private SynthesizedSettings() {}

    /**
     * Builds a fleet with its services.
     *
     * @throws IllegalArgumentException as the constructs do
     */
    static Sandbox of(Settings settings) {
        Sandbox sandbox = Sandbox.plain();
        Stack stack = sandbox.stack();
        Vpc vpc = Vpc.Builder.create(stack, "Vpc")
                .maxAzs(Settings.ZONES)
                .natGateways(1)
                .restrictDefaultSecurityGroup(false)
                .build();
        Ec2Fleet fleet = Ec2Fleet.Builder.create(stack, "Fleet")
                .vpc(vpc)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(Stream.of(settings.instanceType(), settings.largerType())
                        .distinct()
                        .map(InstanceType::new)
                        .toArray(InstanceType[]::new))
                .minInstances(settings.fleetMin())
                .maxInstances(settings.fleetMax())
                .scaling(settings.managed() ? FleetScaling.managed(100) : FleetScaling.steps())
                .drain(DrainStrategy.lifecycleHook(new DrainBudget(settings.drainOptions()), JAR))
                .build();
        ServiceImage image = ServiceImage.repository(
                Repository.fromRepositoryName(stack, "Images", "gateway"),
                "sha256:" + "0".repeat(64),
                ImageArchitecture.AMD64);
        for (int i = 0; i < settings.services().size(); i++) {
            Settings.Wanted wanted = settings.services().get(i);
            ZeroDowntimeService.Builder.create(stack, SERVICE + i)
                    .fleet(fleet)
                    .image(image)
                    .budget(new DrainBudget(wanted.options()))
                    .budgetVariables(SynthesizedSettings::variables)
                    .healthCheckPath("/healthz")
                    .plainHttp("a test")
                    .cpuUnits(wanted.cpuUnits())
                    .memoryLimitMiB(wanted.memoryMiB())
                    .minTasks(wanted.minTasks())
                    .maxTasks(wanted.maxTasks())
                    .build();
        }
        return sandbox;
    }

    /** What a service would be told: all else of the budget is in the template anyway. */
    private static Map<String, String> variables(DrainBudget budget) {
        return Map.of(
                "SHUTDOWN", Long.toString(budget.serviceShutdown().toSeconds()),
                "ABORTS", Long.toString(budget.abortTimeout().toSeconds()),
                "KEEP_ALIVE", Long.toString(budget.keepAlive().toSeconds()));
    }

    /** The numbers of the template, with how long things take and how many tasks there are, which no template says. */
    static Map<String, Long> numbers(JsonNode template, Settings settings) {
        Map<String, Long> numbers = new TreeMap<>(settings.world(fleet(template)));
        numbers.put("seed", 0L);
        long heartbeat =
                Sandbox.onlyTerminationHook(template).path("HeartbeatTimeout").asLong();
        JsonNode drainer = drainer(template);
        numbers.put("fleet.heartbeat", heartbeat);
        numbers.put(
                "fleet.hookTimeout", drainer.has("BANHMI_BUDGET") ? seconds(drainer.path("BANHMI_BUDGET")) : heartbeat);
        numbers.put("fleet.stopping", seconds(drainer.path("BANHMI_STOPPING")));
        numbers.put("fleet.ageAlarm", alarm(template, "DrainAge"));
        numbers.put("fleet.replacementAlarm", alarm(template, "ReplacementWait"));
        for (int i = 0; i < settings.services().size(); i++) {
            service(numbers, template, i);
        }
        return numbers;
    }

    private static Settings.Fleet fleet(JsonNode template) {
        JsonNode group = Sandbox.only(template, "AWS::AutoScaling::AutoScalingGroup");
        int least = group.path("MinSize").asInt();
        int most = group.path("MaxSize").asInt();
        boolean managed = Sandbox.resources(template, "AWS::ECS::CapacityProvider").stream()
                .anyMatch(provider -> provider.at("/Properties/AutoScalingGroupProvider/ManagedScaling/Status")
                        .asText()
                        .equals("ENABLED"));
        Set<String> types = new HashSet<>(group.findValuesAsText("InstanceType"));
        types.addAll(Sandbox.only(template, "AWS::EC2::LaunchTemplate").findValuesAsText("InstanceType"));
        assertThat(types).as("the types of the fleet").hasSizeBetween(1, 2);
        List<int[]> sizes = types.stream()
                .map(SynthesizedSettings::size)
                // What ECS registers of its memory at least, and what there is of it.
                .map(size -> new int[] {
                    Integer.parseInt(size[2]) * 1024, Integer.parseInt(size[3]) / 10 * 9, Integer.parseInt(size[3])
                })
                .toList();
        return new Settings.Fleet(
                least,
                most,
                group.path("VPCZoneIdentifier").size(),
                managed && most > least,
                sizes.stream().mapToInt(size -> size[0]).min().orElseThrow(),
                sizes.stream().mapToInt(size -> size[1]).min().orElseThrow(),
                sizes.stream().mapToInt(size -> size[2]).min().orElseThrow(),
                sizes.stream().mapToInt(size -> size[0]).max().orElseThrow(),
                sizes.stream().mapToInt(size -> size[1]).max().orElseThrow());
    }

    /** Type, architecture, vCPUs and mebibytes. */
    private static String[] size(String type) {
        try (InputStream table = Objects.requireNonNull(Ec2Fleet.class.getResourceAsStream("instance-types.tsv"))) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split("\t"))
                    .filter(columns -> columns[0].equals(type))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("There is no type " + type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void service(Map<String, Long> numbers, JsonNode template, int number) {
        List<JsonNode> own =
                List.copyOf(ServiceSandbox.own(template, SERVICE + number).values());
        JsonNode container = properties(own, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0);
        JsonNode deployment = properties(own, "AWS::ECS::Service").path("DeploymentConfiguration");
        assertThat(properties(own, "AWS::ECS::Service")
                        .path("PlacementStrategies")
                        .toString())
                .as("as the simulator places tasks")
                .isEqualTo("[{\"Field\":\"attribute:ecs.availability-zone\",\"Type\":\"spread\"},"
                        + "{\"Field\":\"MEMORY\",\"Type\":\"binpack\"}]");
        String service = "service." + number + ".";
        numbers.put(
                service + "minimumPercent",
                deployment.path("MinimumHealthyPercent").asLong());
        numbers.put(
                service + "maximumPercent", deployment.path("MaximumPercent").asLong());
        numbers.put(
                service + "least",
                properties(own, "AWS::ApplicationAutoScaling::ScalableTarget")
                        .path("MinCapacity")
                        .asLong());
        numbers.put(
                service + "most",
                properties(own, "AWS::ApplicationAutoScaling::ScalableTarget")
                        .path("MaxCapacity")
                        .asLong());
        numbers.put(service + "cpu", container.path("Cpu").asLong());
        numbers.put(service + "memory", container.path("Memory").asLong());
        numbers.put(service + "stop", container.path("StopTimeout").asLong());
        numbers.put(service + "shutdown", named(container.path("Environment"), "Name", "SHUTDOWN"));
        numbers.put(service + "aborts", named(container.path("Environment"), "Name", "ABORTS"));
        numbers.put(service + "keepAlive", named(container.path("Environment"), "Name", "KEEP_ALIVE"));
        numbers.put(
                service + "deregistration",
                named(
                        properties(own, "AWS::ElasticLoadBalancingV2::TargetGroup")
                                .path("TargetGroupAttributes"),
                        "Key",
                        "deregistration_delay.timeout_seconds"));
        numbers.put(
                service + "albIdle",
                named(
                        properties(own, "AWS::ElasticLoadBalancingV2::LoadBalancer")
                                .path("LoadBalancerAttributes"),
                        "Key",
                        "idle_timeout.timeout_seconds"));
    }

    private static JsonNode properties(List<JsonNode> resources, String type) {
        return resources.stream()
                .filter(resource -> resource.path("Type").asText().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + type))
                .path("Properties");
    }

    private static JsonNode drainer(JsonNode template) {
        return Sandbox.resources(template, "AWS::Lambda::Function").stream()
                .map(function -> function.at("/Properties/Environment/Variables"))
                .filter(variables -> variables.has("BANHMI_HOOK"))
                .findFirst()
                .orElseThrow();
    }

    private static long alarm(JsonNode template, String metric) {
        return Sandbox.resources(template, "AWS::CloudWatch::Alarm").stream()
                .map(alarm -> alarm.path("Properties"))
                .filter(alarm -> alarm.path("MetricName").asText().equals(metric))
                .findFirst()
                .orElseThrow()
                .path("Threshold")
                .asLong();
    }

    private static long named(JsonNode pairs, String key, String name) {
        return StreamSupport.stream(pairs.spliterator(), false)
                .filter(pair -> pair.path(key).asText().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("There is no " + name))
                .path("Value")
                .asLong();
    }

    private static long seconds(JsonNode duration) {
        return Duration.parse(duration.asText()).toSeconds();
    }
}
