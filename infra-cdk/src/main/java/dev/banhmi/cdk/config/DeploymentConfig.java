package dev.banhmi.cdk.config;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything in which one environment differs from another, from {@code infra-cdk/config/<environment>.yaml}. Every key has to be
 * there: what a reviewer does not see in the file is not in the stacks either. Made by {@link #read}, which checks; immutable.
 *
 * @param environment name of the file, and part of every stack's name
 * @param region AWS region
 * @param onRemoval what becomes of data when its stack is removed
 * @param network addresses, zones, ways out
 * @param oldVersionsDays how long replaced and deleted objects can be had back; 0 is not at all
 * @param imageDigest which image of the repository runs; without one, the build's own file does
 * @param alarmEmail who is told about alarms, if anybody
 * @param fleet the instances
 * @param service the tasks
 * @param budget the time limits that follow from the rest
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
     * @throws DeploymentException when there is no such file, or naming everything that is wrong in it with its line, unknown keys
     *     included
     */
    public static DeploymentConfig read(Path directory, String environment) {
        return new DeploymentConfigReader(directory, environment).read();
    }

    /**
     * Whether the environment is one to throw away.
     *
     * @return true when nothing stays of it
     */
    public boolean isDisposable() {
        return onRemoval == OnRemoval.DELETE;
    }

    /** What becomes of data when its stack is removed. */
    public enum OnRemoval {
        /** It goes, too: the stack leaves nothing. */
        DELETE,
        /** It stays, and the stack cannot be removed before somebody says so. */
        KEEP
    }

    /** What adds and removes instances. */
    public enum Scaling {
        /** ECS, by what its tasks need. */
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
     * @param instanceTypes for each architecture; the image decides which are used
     * @param amiReleases for each architecture, the release of the ECS-optimized image; none takes the newest at each deployment
     * @param minInstances that always run
     * @param maxInstances bound for what tasks can ask for
     * @param instanceCpuUnits what the smallest of the types offers to tasks; 1024 is one vCPU
     * @param instanceMemoryMebibytes what the smallest of the types offers to tasks, as ECS registers it
     * @param scaling what changes their number
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
         * What to run an image on.
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
         * @return the release, or nothing for the newest
         */
        public Optional<String> amiRelease(ImageArchitecture architecture) {
            return Optional.ofNullable(amiReleases.get(architecture));
        }
    }

    /**
     * The tasks.
     *
     * @param minTasks copies of the gateway that always run
     * @param maxTasks bound for what load can ask for
     * @param cpuUnits share of CPU that a copy can count on; 1024 is one vCPU
     * @param memoryMebibytes hard bound of a copy's memory
     * @param certificate ARN of the load balancer's certificate; without one it speaks plain HTTP
     */
    public record Service(
            int minTasks, int maxTasks, int cpuUnits, int memoryMebibytes, Optional<String> certificate) {}
}
