package dev.banhmi.cdk.config;

import dev.banhmi.cdk.config.DeploymentConfig.Fleet;
import dev.banhmi.cdk.config.DeploymentConfig.FlowLogs;
import dev.banhmi.cdk.config.DeploymentConfig.Network;
import dev.banhmi.cdk.config.DeploymentConfig.OnRemoval;
import dev.banhmi.cdk.config.DeploymentConfig.Protection;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.config.DeploymentConfig.Scaling;
import dev.banhmi.cdk.config.DeploymentConfig.Service;
import dev.banhmi.cdk.config.DeploymentConfig.VolumeKey;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.budget.DrainBudgetException;
import dev.banhmi.cdk.constructs.fleet.AmiRelease;
import dev.banhmi.cdk.constructs.fleet.InstanceTypes;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one environment's file, once. */
final class DeploymentConfigReader {
    /*
     * What only an operator knows is REPLACE in a file that is shipped. A deployment refuses it, and any value that AWS's documentation or
     * RFC 2606 reserves for examples, at that key. For a review it has a stand-in and a warning; the stacks then refuse to be deployed.
     */

    private static final String REPLACE = "REPLACE";
    private static final String ANY = "any";
    private static final String ACCOUNT_KEY = "account";
    private static final String NONE = "none";
    private static final String OWN = "own";
    private static final String NEWEST = "newest";
    private static final String ASSET = "asset";
    private static final String MAX_REQUEST_DURATION = "max-request-duration";
    private static final String ACCEPTED_REQUEST_DURATION = "accepted-request-duration";
    private static final String MAX = "max";
    private static final Pattern ENVIRONMENT = Pattern.compile("[a-z][a-z0-9]{0,15}");
    private static final Pattern ACCOUNT = Pattern.compile(ANY + "|\\d{12}");
    private static final Pattern CIDR = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}/(1[6-9]|2[0-8])");
    private static final Pattern AMI = Pattern.compile(NEWEST + "|al2023-ami-ecs-hvm-[A-Za-z0-9._-]+");
    private static final Pattern IMAGE = Pattern.compile(ASSET + "|sha256:[0-9a-f]{64}");
    private static final Pattern EMAIL = Pattern.compile(NONE + "|[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
    private static final Pattern VOLUME_KEY =
            Pattern.compile(ACCOUNT_KEY + "|" + OWN + "|arn:(aws[a-z-]*):kms:([a-z0-9-]+):\\d{12}:key/[0-9a-z-]{36}");
    private static final Pattern CERTIFICATE =
            Pattern.compile(NONE + "|arn:(aws[a-z-]*):acm:([a-z0-9-]+):(\\d{12}):certificate/[0-9a-f-]{36}");

    /** From the request for an instance to its first task: start, Docker, the ECS agent; including alarms and Auto Scaling. */
    private static final Duration INSTANCE_START = Duration.ofMinutes(5);

    private final String environment;
    private final Purpose purpose;
    private final Clock clock;
    private final Path file;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();
    private final ConfigSection root;

    DeploymentConfigReader(Path directory, String environment, Purpose purpose, Clock clock) {
        this.environment = environment;
        this.purpose = purpose;
        this.clock = clock;
        this.file = ConfigFile.of(directory, environment);
        this.root = ConfigFile.read(file, problems);
        if (!ENVIRONMENT.matcher(environment).matches()) {
            throw new DeploymentException(file + " names the environment \"" + environment
                    + "\", expected 1 to 16 lower-case letters and digits, as it is part of the stacks' names");
        }
    }

    DeploymentConfig read() {
        String region = root.text("region", Region.RULE, "a region such as us-east-1");
        Optional<String> account = account();
        OnRemoval onRemoval = root.choice("on-removal", List.of(OnRemoval.values()));
        Protection protection = root.choice("protection", List.of(Protection.values()));
        checkRemoval(onRemoval, protection);
        Optional<String> email = optional(
                operators(root, "alarm-email", EMAIL, "an address, or none", "whoever-is-on-call@example.com"), NONE);
        Network network = network(root.section("network"));
        int versions = root.section("objects").number("old-versions-days", 0, 36_500);
        Optional<String> digest =
                optional(root.text("image", IMAGE, "asset, or sha256: and 64 hexadecimal digits"), ASSET);
        Fleet fleet = fleet(root.section("fleet"), region);
        ConfigSection tasks = root.section("service");
        Duration longest = tasks.duration(
                MAX_REQUEST_DURATION,
                "max-request-seconds",
                DrainBudget.LEAST_REQUEST_DURATION,
                DrainBudget.MOST_REQUEST_DURATION);
        Service service = service(tasks, region, account, longest);
        root.reportUnknownKeys();
        // Derived checks on values that are wrong themselves would only repeat the problem.
        DrainBudget budget = problems.isEmpty() ? budget(tasks, fleet, service, longest) : null;
        if (budget != null) {
            checkAccepted(tasks, service.acceptedRequestDuration(), budget);
        }
        if (budget == null || !problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(ConfigProblem::line));
            throw new DeploymentException(file + " is wrong:", problems);
        }
        warnings.sort(Comparator.comparingInt(ConfigProblem::line));
        return new DeploymentConfig(
                environment,
                purpose,
                region,
                account,
                onRemoval,
                protection,
                network,
                versions,
                digest,
                email,
                fleet,
                service,
                budget,
                warnings.stream().map(ConfigProblem::toString).toList());
    }

    private Optional<String> account() {
        return optional(operators(root, ACCOUNT_KEY, ACCOUNT, "the 12 digits of the account, or any", ANY), ANY);
    }

    private void checkRemoval(OnRemoval onRemoval, Protection protection) {
        if (onRemoval == OnRemoval.KEEP && root.says(ACCOUNT_KEY, ANY)) {
            root.problem(
                    ACCOUNT_KEY,
                    "is \"any\": what is kept would go to whichever account the credentials are for, expected the 12"
                            + " digits of the account");
        }
        if (onRemoval == OnRemoval.DELETE && protection == Protection.ON) {
            root.problem("protection", "is \"on\" beside on-removal: delete, expected off");
        }
    }

    /** A text that only an operator knows. */
    private String operators(ConfigSection section, String key, Pattern rule, String expected, String standIn) {
        if (section.says(key, REPLACE)) {
            unfit(section, key, "is " + REPLACE + ", expected " + expected);
            return standIn;
        }
        String value = section.text(key, rule, expected);
        if (ExampleValue.isOne(value)) {
            unfit(section, key, "is \"" + value + "\", which is an example's, expected " + expected);
        }
        return value;
    }

    /** Records what is wrong in a deployment and worth a warning in an example. */
    private void unfit(ConfigSection section, String key, String what) {
        if (purpose == Purpose.EXAMPLE) {
            warnings.add(section.at(key, what));
        } else {
            section.problem(key, what + " (to review it as it is: -c example=true)");
        }
    }

    private static Network network(ConfigSection section) {
        String cidr = section.text("cidr", CIDR, "a range of /16 to /28 such as 10.1.0.0/16");
        int zones = section.number("zones", 2, 6);
        int natGateways = section.number("nat-gateways", 0, 6);
        if (natGateways > 1 && natGateways != zones) {
            section.problem("nat-gateways", "is " + natGateways + ", expected 0, 1 or as many as zones: " + zones);
        }
        return new Network(cidr, zones, natGateways, section.choice("flow-logs", List.of(FlowLogs.values())));
    }

    private Fleet fleet(ConfigSection section, String region) {
        int maxAge = section.number("ami-max-age-days", 1, 365);
        Map<ImageArchitecture, List<String>> types = new EnumMap<>(ImageArchitecture.class);
        Map<ImageArchitecture, String> releases = new EnumMap<>(ImageArchitecture.class);
        ConfigSection typeSection = section.section("instance-types");
        ConfigSection releaseSection = section.section("ami-release");
        for (ImageArchitecture architecture : ImageArchitecture.values()) {
            types.put(architecture, instanceTypes(typeSection, architecture));
            optional(release(releaseSection, architecture, maxAge), NEWEST)
                    .ifPresent(release -> releases.put(architecture, release));
        }
        int least = section.number("min-instances", 1, 1000);
        return new Fleet(
                types,
                releases,
                maxAge,
                least,
                section.number("max-instances", least, 1000),
                section.number("instance-cpu-units", 128, 196_608),
                section.number("instance-memory-mebibytes", 256, 25_165_824),
                section.choice("scaling", List.of(Scaling.values())),
                volumeKey(section, region));
    }

    private VolumeKey volumeKey(ConfigSection section, String region) {
        String key = "volume-key";
        String value = operators(section, key, VOLUME_KEY, "account, own, or the ARN of a KMS key", ACCOUNT_KEY);
        Matcher arn = VOLUME_KEY.matcher(value);
        if (arn.matches() && arn.group(2) != null && !region.isEmpty()) {
            if (!arn.group(2).equals(region)) {
                section.problem(key, "is \"" + value + "\", expected one of the region " + region);
            } else if (!arn.group(1).equals(Region.partition(region))) {
                section.problem(key, "is \"" + value + "\", expected one of the partition " + Region.partition(region));
            }
        }
        boolean isOwn = value.equals(OWN);
        return new VolumeKey(isOwn, isOwn ? Optional.empty() : optional(value, ACCOUNT_KEY));
    }

    private String release(ConfigSection section, ImageArchitecture architecture, int maxAge) {
        String key = architecture.imageName();
        String expected = "newest, or a release al2023-ami-ecs-hvm-…";
        if (section.says(key, REPLACE)) {
            return operators(section, key, AMI, expected, AmiRelease.standIn(architecture));
        }
        String name = section.text(key, AMI, expected);
        if (!name.startsWith("al2023")) {
            return name;
        }
        Optional<AmiRelease> release = AmiRelease.of(name).filter(parsed -> parsed.runs(architecture));
        if (release.isEmpty()) {
            section.problem(key, "is \"" + name + "\", expected a release such as " + AmiRelease.standIn(architecture));
            return name;
        }
        LocalDate today = LocalDate.now(clock);
        long age = release.get().ageInDays(today);
        if (age > maxAge) {
            unfit(
                    section,
                    key,
                    "is \"" + name + "\", which is " + age + " days old on " + today + ", expected at most " + maxAge
                            + " (ami-max-age-days)");
        } else if (age < -1) {
            unfit(section, key, "is \"" + name + "\", which is released after " + today);
        }
        return name;
    }

    private static List<String> instanceTypes(ConfigSection section, ImageArchitecture architecture) {
        String key = architecture.imageName();
        List<String> types = section.texts(key, InstanceTypes.WELL_FORMED, "an instance type such as m7g.large");
        for (String type : types) {
            if (!type.isEmpty() && ImageArchitecture.ofInstanceType(type) != architecture) {
                section.problem(key, "is \"" + type + "\", which is of the other architecture");
            }
        }
        return types;
    }

    private Service service(ConfigSection section, String region, Optional<String> account, Duration longest) {
        int least = section.number("min-tasks", 1, 5000);
        String certificate = operators(
                section,
                "certificate",
                CERTIFICATE,
                "the ARN of a certificate of ACM, or none",
                ExampleValue.certificate(region));
        checkCertificate(section, certificate, region, account);
        return new Service(
                least,
                section.number("max-tasks", least, 5000),
                section.number("cpu-units", 128, 196_608),
                section.number("memory-mebibytes", 512, 786_432),
                section.says(ACCEPTED_REQUEST_DURATION, MAX)
                        ? longest
                        : section.durationOr(
                                MAX,
                                ACCEPTED_REQUEST_DURATION,
                                DrainBudget.LEAST_REQUEST_DURATION,
                                DrainBudget.MOST_REQUEST_DURATION),
                optional(certificate, NONE));
    }

    /** The gateway refuses to wait for longer at its shutdown than a transfer may take. */
    private static void checkAccepted(ConfigSection section, Duration accepted, DrainBudget budget) {
        Duration least = budget.inFlightTimeout();
        Duration most = budget.maxRequestDuration();
        if (accepted.compareTo(least) < 0 || accepted.compareTo(most) > 0) {
            section.problem(
                    ACCEPTED_REQUEST_DURATION,
                    "is " + accepted.toSeconds() + "s, expected " + MAX + ", or " + least.toSeconds() + "s to "
                            + most.toSeconds() + "s, the " + MAX_REQUEST_DURATION);
        }
    }

    private static void checkCertificate(
            ConfigSection section, String certificate, String region, Optional<String> account) {
        Matcher arn = CERTIFICATE.matcher(certificate);
        if (!arn.matches() || arn.group(1) == null || region.isEmpty()) {
            return;
        }
        String found = "is \"" + certificate + "\", expected one of ";
        if (!arn.group(2).equals(region)) {
            section.problem("certificate", found + "the region " + region);
        } else if (!arn.group(1).equals(Region.partition(region))) {
            section.problem("certificate", found + "the partition " + Region.partition(region));
        } else if (account.isPresent() && !arn.group(3).equals(account.get())) {
            section.problem("certificate", found + "the account " + account.get());
        }
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
