package dev.banhmi.cdk.config;

import dev.banhmi.cdk.config.DeploymentConfig.Fleet;
import dev.banhmi.cdk.config.DeploymentConfig.Network;
import dev.banhmi.cdk.config.DeploymentConfig.OnRemoval;
import dev.banhmi.cdk.config.DeploymentConfig.Scaling;
import dev.banhmi.cdk.config.DeploymentConfig.Service;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.budget.DrainBudgetException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one environment's file, once. */
final class DeploymentConfigReader {
    private static final String NONE = "none";
    private static final String NEWEST = "newest";
    private static final String ASSET = "asset";
    private static final String MAX_REQUEST_DURATION = "max-request-duration";
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
    private static final Pattern CIDR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}/(1[6-9]|2[0-8])");
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z]+\\d+[a-z-]*\\.[a-z0-9-]+");
    private static final Pattern AMI = Pattern.compile(NEWEST + "|al2023-ami-ecs-hvm-[a-z0-9._-]+");
    private static final Pattern IMAGE = Pattern.compile(ASSET + "|sha256:[0-9a-f]{64}");
    private static final Pattern EMAIL = Pattern.compile(NONE + "|[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
    private static final Pattern CERTIFICATE =
            Pattern.compile(NONE + "|arn:aws[a-z-]*:acm:[a-z0-9-]+:\\d{12}:certificate/[0-9a-f-]{36}");

    /** From the request for an instance to its first task: start, Docker, the ECS agent; including alarms and Auto Scaling. */
    private static final Duration INSTANCE_START = Duration.ofMinutes(5);

    private final String environment;
    private final Path file;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final ConfigSection root;

    DeploymentConfigReader(Path directory, String environment) {
        this.environment = environment;
        this.file = ConfigFile.of(directory, environment);
        this.root = ConfigFile.read(file, problems);
        if (!ENVIRONMENT.matcher(environment).matches()) {
            throw new DeploymentException(file + " names the environment \"" + environment
                    + "\", expected 1 to 16 lower-case letters and digits, as it is part of the stacks' names");
        }
    }

    DeploymentConfig read() {
        String region = root.text("region", REGION, "a region such as us-east-1");
        OnRemoval onRemoval = root.choice("on-removal", List.of(OnRemoval.values()));
        Optional<String> email = optional(root.text("alarm-email", EMAIL, "an address, or none"), NONE);
        Network network = network(root.section("network"));
        int versions = root.section("objects").number("old-versions-days", 0, 36_500);
        Optional<String> digest =
                optional(root.text("image", IMAGE, "asset, or sha256: and 64 hexadecimal digits"), ASSET);
        Fleet fleet = fleet(root.section("fleet"));
        ConfigSection tasks = root.section("service");
        Duration longest = tasks.duration(
                MAX_REQUEST_DURATION,
                "max-request-seconds",
                DrainBudget.LEAST_REQUEST_DURATION,
                DrainBudget.MOST_REQUEST_DURATION);
        Service service = service(tasks, region);
        root.reportUnknownKeys();
        // Derived checks on values that are wrong themselves would only repeat the problem.
        DrainBudget budget = problems.isEmpty() ? budget(tasks, fleet, service, longest) : null;
        if (budget == null) {
            problems.sort(Comparator.comparingInt(ConfigProblem::line));
            throw new DeploymentException(file + " is wrong:", problems);
        }
        return new DeploymentConfig(
                environment, region, onRemoval, network, versions, digest, email, fleet, service, budget);
    }

    private static Network network(ConfigSection section) {
        String cidr = section.text("cidr", CIDR, "a range of /16 to /28 such as 10.1.0.0/16");
        int zones = section.number("zones", 2, 6);
        int natGateways = section.number("nat-gateways", 0, 6);
        if (natGateways > 1 && natGateways != zones) {
            section.problem("nat-gateways", "is " + natGateways + ", expected 0, 1 or as many as zones: " + zones);
        }
        return new Network(cidr, zones, natGateways);
    }

    private static Fleet fleet(ConfigSection section) {
        Map<ImageArchitecture, List<String>> types = new EnumMap<>(ImageArchitecture.class);
        Map<ImageArchitecture, String> releases = new EnumMap<>(ImageArchitecture.class);
        ConfigSection typeSection = section.section("instance-types");
        ConfigSection releaseSection = section.section("ami-release");
        for (ImageArchitecture architecture : ImageArchitecture.values()) {
            types.put(architecture, instanceTypes(typeSection, architecture));
            optional(
                            releaseSection.text(
                                    architecture.imageName(), AMI, "newest, or a release al2023-ami-ecs-hvm-…"),
                            NEWEST)
                    .ifPresent(release -> releases.put(architecture, release));
        }
        int least = section.number("min-instances", 1, 1000);
        return new Fleet(
                types,
                releases,
                least,
                section.number("max-instances", least, 1000),
                section.number("instance-cpu-units", 128, 196_608),
                section.number("instance-memory-mebibytes", 256, 25_165_824),
                section.choice("scaling", List.of(Scaling.values())));
    }

    private static List<String> instanceTypes(ConfigSection section, ImageArchitecture architecture) {
        String key = architecture.imageName();
        List<String> types = section.texts(key, INSTANCE_TYPE, "an instance type such as m7g.large");
        for (String type : types) {
            if (!type.isEmpty() && ImageArchitecture.ofInstanceType(type) != architecture) {
                section.problem(key, "is \"" + type + "\", which is of the other architecture");
            }
        }
        return types;
    }

    private static Service service(ConfigSection section, String region) {
        int least = section.number("min-tasks", 1, 5000);
        String certificate = section.text("certificate", CERTIFICATE, "the ARN of a certificate of ACM, or none");
        if (certificate.startsWith("arn:") && !region.isEmpty() && !certificate.contains(":acm:" + region + ":")) {
            section.problem("certificate", "is \"" + certificate + "\", expected one of the region " + region);
        }
        return new Service(
                least,
                section.number("max-tasks", least, 5000),
                section.number("cpu-units", 128, 196_608),
                section.number("memory-mebibytes", 512, 786_432),
                optional(certificate, NONE));
    }

    private @Nullable DrainBudget budget(ConfigSection section, Fleet fleet, Service service, Duration longest) {
        DrainBudget.Builder builder = DrainBudget.Builder.create()
                .maxRequestDuration(longest)
                .tasks(service.minTasks())
                .instances(fleet.minInstances())
                .taskCpuUnits(service.cpuUnits())
                .taskMemoryMiB(service.memoryMebibytes())
                .instanceCpuUnits(fleet.instanceCpuUnits())
                .instanceMemoryMiB(fleet.instanceMemoryMebibytes());
        if (fleet.scaling() == Scaling.MANAGED && fleet.maxInstances() > fleet.minInstances()) {
            builder.fleetGrows(INSTANCE_START);
        }
        try {
            return builder.build();
        } catch (DrainBudgetException broken) {
            section.problem(MAX_REQUEST_DURATION, "leaves no budget for a drain.\n" + broken.getMessage());
            return null;
        }
    }

    private static Optional<String> optional(String value, String absent) {
        return value.isEmpty() || value.equals(absent) ? Optional.empty() : Optional.of(value);
    }
}
