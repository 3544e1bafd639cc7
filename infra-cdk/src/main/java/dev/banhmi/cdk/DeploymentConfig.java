package dev.banhmi.cdk;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Everything in which one environment differs from another, from {@code infra-cdk/config/<environment>.yaml}. Every key has to be
 * there: what a reviewer does not see in the file is not in the stacks either.
 *
 * @param environment name of the file, and part of every stack's name
 * @param region AWS region; it needs three Availability Zones
 * @param vpcCidr the network's addresses, a /16
 * @param natGateways 1 to 3; with fewer than 3, losing the wrong zone cuts off the others
 * @param instanceTypes EC2 instance type for each architecture; the image decides which one is used
 * @param minInstances instances that always run
 * @param maxInstances bound for what tasks can ask for; room for twice {@code tasks} lets a deployment proceed
 * @param tasks copies of the gateway
 * @param taskCpuUnits share of CPU that a copy can count on; 1024 is one vCPU
 * @param taskMemoryMebibytes hard bound of a copy's memory
 */
public record DeploymentConfig(
        String environment,
        String region,
        String vpcCidr,
        int natGateways,
        Map<ImageArchitecture, String> instanceTypes,
        int minInstances,
        int maxInstances,
        int tasks,
        int taskCpuUnits,
        int taskMemoryMebibytes) {
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final Pattern REGION = Pattern.compile("[a-z]{2}(-[a-z]+)+-\\d");
    private static final Pattern INSTANCE_TYPE = Pattern.compile("[a-z]+\\d+[a-z-]*\\.[a-z0-9-]+");
    private static final Pattern CIDR = Pattern.compile("(10|172|192)\\.\\d{1,3}\\.0\\.0/16");

    /**
     * Checks all values together.
     *
     * @throws DeploymentException naming every value that is out of its bounds
     */
    public DeploymentConfig {
        instanceTypes = Map.copyOf(instanceTypes);
        Map<String, String> problems = new LinkedHashMap<>();
        matches(problems, "env", environment, ENVIRONMENT, "1 to 16 lower-case letters and digits");
        matches(problems, "region", region, REGION, "a region such as us-east-1");
        matches(problems, "vpc-cidr", vpcCidr, CIDR, "a private /16 such as 10.1.0.0/16");
        within(problems, "nat-gateways", natGateways, 1, 3);
        for (ImageArchitecture architecture : ImageArchitecture.values()) {
            instanceType(problems, architecture, instanceTypes.getOrDefault(architecture, ""));
        }
        within(problems, "instances.min", minInstances, 1, 1000);
        within(problems, "instances.max", maxInstances, Math.max(1, minInstances), 1000);
        within(problems, "tasks", tasks, 1, 1000);
        within(problems, "task-cpu-units", taskCpuUnits, 128, 196_608);
        within(problems, "task-memory-mebibytes", taskMemoryMebibytes, 512, 786_432);
        if (!problems.isEmpty()) {
            throw new DeploymentException("The deployment configuration is wrong:", problems);
        }
    }

    /**
     * Reads and checks an environment's file.
     *
     * @param directory where the files are
     * @param environment which one, without {@code .yaml}
     * @return the configuration
     * @throws DeploymentException when there is no such file, or naming everything that is wrong in it, unknown keys included
     */
    public static DeploymentConfig read(Path directory, String environment) {
        Map<String, String> problems = new LinkedHashMap<>();
        Path file = ConfigSection.fileOf(directory, environment);
        ConfigSection root = ConfigSection.parse(file, problems);
        ConfigSection types = root.section("instance-types");
        ConfigSection instances = root.section("instances");
        Map<ImageArchitecture, String> instanceTypes = new EnumMap<>(ImageArchitecture.class);
        for (ImageArchitecture architecture : ImageArchitecture.values()) {
            instanceTypes.put(architecture, types.text(architecture.imageName()));
        }
        try {
            DeploymentConfig config = new DeploymentConfig(
                    environment,
                    root.text("region"),
                    root.text("vpc-cidr"),
                    root.number("nat-gateways"),
                    instanceTypes,
                    instances.number("min"),
                    instances.number("max"),
                    root.number("tasks"),
                    root.number("task-cpu-units"),
                    root.number("task-memory-mebibytes"));
            root.reportUnknownKeys();
            if (problems.isEmpty()) {
                return config;
            }
        } catch (DeploymentException outOfBounds) {
            root.reportUnknownKeys();
            // A value that could not be read at all is out of bounds too; the first report is the precise one.
            outOfBounds.problems().forEach(problems::putIfAbsent);
        }
        throw new DeploymentException(file + " is wrong:", problems);
    }

    /**
     * What to run an image on.
     *
     * @param architecture the image's
     * @return an EC2 instance type of that architecture
     */
    public String instanceType(ImageArchitecture architecture) {
        // The constructor has checked that every architecture is there.
        return Objects.requireNonNull(instanceTypes.get(architecture));
    }

    private static void instanceType(Map<String, String> problems, ImageArchitecture architecture, String type) {
        String key = "instance-types." + architecture.imageName();
        if (!INSTANCE_TYPE.matcher(type).matches()) {
            problems.put(key, "is \"" + type + "\", expected an instance type such as m7g.large");
        } else if (ImageArchitecture.ofInstanceType(type) != architecture) {
            problems.put(key, "is \"" + type + "\", which is of the other architecture");
        }
    }

    private static void matches(Map<String, String> problems, String key, String value, Pattern rule, String expected) {
        if (!rule.matcher(value).matches()) {
            problems.put(key, "is \"" + value + "\", expected " + expected);
        }
    }

    private static void within(Map<String, String> problems, String key, int value, int least, int most) {
        if (value < least || value > most) {
            problems.put(key, "is " + value + ", expected " + least + " to " + most);
        }
    }
}
