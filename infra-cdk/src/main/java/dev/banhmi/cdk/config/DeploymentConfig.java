package dev.banhmi.cdk.config;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything in which one environment differs from another, from {@code infra-cdk/config/<environment>.yaml}. Every key is required: what a
 * reviewer does not see in the file is not in the stacks either. Made by {@link #read}, which checks; immutable.
 *
 * @param environment name of the file, and part of every stack's name
 * @param region AWS region
 * @param onRemoval what happens to data when its stack is removed
 * @param network addresses, zones, NAT gateways
 * @param oldVersionsDays how long replaced and deleted objects can be restored; 0 is not at all
 * @param imageDigest which image of the repository runs; empty for the build's own file
 * @param alarmEmail where alarms are mailed to, if anywhere
 * @param fleet the instances
 * @param service the tasks
 * @param budget the time limits derived from the rest
 */
public record DeploymentConfig(
        String environment,
        String region,
        OnRemoval onRemoval,
        Network network,
        int oldVersionsDays,
        Optional<String> imageDigest,
        Optional<String> alarmEmail,
        Fleet fleet,
        Service service,
        DrainBudget budget) {
    /**
     * Reads and checks an environment's file.
     *
     * @param directory where the files are
     * @param environment which one, without {@code .yaml}
     * @return the configuration
     * @throws DeploymentException when there is no such file, or listing everything that is wrong in it with its line, including unknown
     *     keys
     */
    public static DeploymentConfig read(Path directory, String environment) {
        return new DeploymentConfigReader(directory, environment).read();
    }

    /**
     * Whether the environment is disposable.
     *
     * @return true when nothing of it is retained
     */
    public boolean isDisposable() {
        return onRemoval == OnRemoval.DELETE;
    }

    /** What happens to data when its stack is removed. */
    public enum OnRemoval {
        /** It is deleted, too: the stack leaves nothing. */
        DELETE,
        /** It is retained, and termination protection must be disabled before the stack can be removed. */
        KEEP
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
     */
    public record Network(String cidr, int zones, int natGateways) {}

    /**
     * The instances.
     *
     * @param instanceTypes for each architecture; the image's decides which are used
     * @param amiReleases for each architecture, the release of the ECS-optimized AMI; none takes the newest at each deployment
     * @param minInstances how many always run
     * @param maxInstances bound for what tasks can request
     * @param instanceCpuUnits what the smallest of the types offers to tasks; 1024 is one vCPU
     * @param instanceMemoryMebibytes what the smallest of the types offers to tasks, as ECS registers it
     * @param scaling what adds and removes instances
     */
    public record Fleet(
            Map<ImageArchitecture, List<String>> instanceTypes,
            Map<ImageArchitecture, String> amiReleases,
            int minInstances,
            int maxInstances,
            int instanceCpuUnits,
            int instanceMemoryMebibytes,
            Scaling scaling) {
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
     * @param certificate ARN of the load balancer's certificate; without one it serves plain HTTP
     */
    public record Service(
            int minTasks, int maxTasks, int cpuUnits, int memoryMebibytes, Optional<String> certificate) {}
}
