package dev.banhmi.cdk.config;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything in which one environment differs from another, from {@code infra-cdk/config/<environment>.yaml}. Every key is required: what a
 * reviewer does not see in the file is not in the stacks either. Made by {@link #read}, which checks; immutable.
 *
 * @param environment name of the file, and part of every stack's name
 * @param purpose what the file was read for
 * @param region AWS region
 * @param account the only account that it is deployed to; empty for any, or for an example
 * @param onRemoval what happens to data when its stack is removed
 * @param protection whether the stacks and the load balancer can be removed at all
 * @param network addresses, zones, NAT gateways
 * @param oldVersionsDays how long replaced and deleted objects can be restored; 0 is not at all
 * @param imageDigest which image of the repository runs; empty for the build's own file
 * @param alarmEmail where alarms are mailed to, if anywhere
 * @param fleet the instances
 * @param service the tasks
 * @param budget the time limits derived from the rest
 * @param warnings what would be wrong in a deployment, of a file that was read as an example
 */
public record DeploymentConfig(
        String environment,
        Purpose purpose,
        String region,
        Optional<String> account,
        OnRemoval onRemoval,
        Protection protection,
        Network network,
        int oldVersionsDays,
        Optional<String> imageDigest,
        Optional<String> alarmEmail,
        Fleet fleet,
        Service service,
        DrainBudget budget,
        List<String> warnings) {
    /** Copies what it is given. */
    public DeploymentConfig {
        warnings = List.copyOf(warnings);
    }

    /**
     * Reads and checks an environment's file.
     *
     * @param directory where the files are
     * @param environment which one, without {@code .yaml}
     * @param purpose an example may have values that only an operator knows left open
     * @param clock by which a machine image's age is reckoned
     * @return the configuration
     * @throws DeploymentException when there is no such file, or listing everything that is wrong in it with its line, including unknown
     *     keys
     */
    public static DeploymentConfig read(Path directory, String environment, Purpose purpose, Clock clock) {
        return new DeploymentConfigReader(directory, environment, purpose, clock).read();
    }

    /**
     * Whether the environment is disposable.
     *
     * @return true when nothing of it is retained
     */
    public boolean isDisposable() {
        return onRemoval == OnRemoval.DELETE;
    }

    /**
     * Whether the environment is protected.
     *
     * @return true when nothing of it can be removed before the protection is off
     */
    public boolean isProtected() {
        return protection == Protection.ON;
    }

    /**
     * Whether it was read as an example.
     *
     * @return true when it must not be deployed
     */
    public boolean isExample() {
        return purpose == Purpose.EXAMPLE;
    }

    /** What a file is read for. */
    public enum Purpose {
        /** To be deployed: every value is real. */
        DEPLOYMENT,
        /** To be reviewed: a value that is left open has a stand-in, and CloudFormation refuses the templates. */
        EXAMPLE
    }

    /** What happens to data when its stack is removed. */
    public enum OnRemoval {
        /** It is deleted, too: the stack leaves nothing. */
        DELETE,
        /** It is retained. */
        KEEP
    }

    /** Whether CloudFormation and Elastic Load Balancing refuse to remove anything. */
    public enum Protection {
        /** Nothing is protected, so that a first deployment that fails can be repeated. */
        OFF,
        /** The stacks have termination protection, the load balancer has deletion protection. */
        ON
    }

    /** What adds and removes instances. */
    public enum Scaling {
        /** ECS managed scaling, by what the tasks need. */
        MANAGED,
        /** Alarms on CPU and memory, as in 2018. */
        STEPS
    }

    /**
     * The network.
     *
     * @param cidr its addresses
     * @param zones how many zones it spans
     * @param natGateways none, one, or one in each zone
     * @param flowLogs which connections are logged
     */
    public record Network(String cidr, int zones, int natGateways, FlowLogs flowLogs) {}

    /** Which connections are logged. */
    public enum FlowLogs {
        /** Those that a security group or a network ACL rejects. */
        REJECTED,
        /** Every one. */
        ALL
    }

    /**
     * The key of the instances' volumes.
     *
     * @param isOwn whether the stack makes one
     * @param arn of one that is there; empty for the stack's own, or for the account's for EBS
     */
    public record VolumeKey(boolean isOwn, Optional<String> arn) {}

    /**
     * The instances.
     *
     * @param instanceTypes for each architecture; the image's decides which are used
     * @param amiReleases for each architecture, the release of the ECS-optimized AMI; none takes the newest at each deployment
     * @param amiMaxAgeDays the age from which a release is refused
     * @param minInstances how many always run
     * @param maxInstances bound for what tasks can request
     * @param instanceCpuUnits what the smallest of the types offers to tasks; 1024 is one vCPU
     * @param instanceMemoryMebibytes what the smallest of the types offers to tasks, as ECS registers it
     * @param scaling what adds and removes instances
     * @param volumeKey the key of their volumes
     */
    public record Fleet(
            Map<ImageArchitecture, List<String>> instanceTypes,
            Map<ImageArchitecture, String> amiReleases,
            int amiMaxAgeDays,
            int minInstances,
            int maxInstances,
            int instanceCpuUnits,
            int instanceMemoryMebibytes,
            Scaling scaling,
            VolumeKey volumeKey) {
        /** Copies what it is given. */
        public Fleet {
            instanceTypes = Map.copyOf(instanceTypes);
            amiReleases = Map.copyOf(amiReleases);
        }

        /**
         * The instance types for an image.
         *
         * @param architecture the image's
         * @return EC2 instance types of that architecture
         */
        public List<String> instanceTypes(ImageArchitecture architecture) {
            return Objects.requireNonNull(instanceTypes.get(architecture));
        }

        /**
         * The machine image's release.
         *
         * @param architecture the image's
         * @return the release, empty for the newest
         */
        public Optional<String> amiRelease(ImageArchitecture architecture) {
            return Optional.ofNullable(amiReleases.get(architecture));
        }
    }

    /**
     * The tasks.
     *
     * @param minTasks copies of the gateway that always run
     * @param maxTasks bound for scaling under load
     * @param cpuUnits CPU that is guaranteed to a copy; 1024 is one vCPU
     * @param memoryMebibytes hard limit of a copy's memory
     * @param acceptedRequestDuration after which a copy ends a transfer; at most the budget's longest
     * @param certificate ARN of the load balancer's certificate; without one it serves plain HTTP
     */
    public record Service(
            int minTasks,
            int maxTasks,
            int cpuUnits,
            int memoryMebibytes,
            Duration acceptedRequestDuration,
            Optional<String> certificate) {}
}
