package dev.banhmi.drain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The Auto Scaling groups. Each method reads all pages and all batches; what it returns may be some seconds old.
 *
 * <p>All throw {@link RetryableFailure} where a later try may help, and another exception where it cannot.
 */
interface Groups {

    /** These instances as their groups see them; those in no group are left out. */
    List<Member> members(Collection<String> instanceIds);

    /** These groups with all their instances, warm pools included; those that do not exist are left out. */
    List<Group> groups(Collection<String> names);

    /** The group's hooks on termination, all of them. */
    List<Hook> terminationHooks(String group);

    /** The group's hooks on launches, all of them. */
    List<Hook> launchHooks(String group);

    /** When Auto Scaling began to launch the instance; empty when no activity says so of which it may still wait for the end. */
    Optional<Instant> launchedAt(String instanceId, String group);

    /** Whether the group keeps instances whose wait ended with {@code ABANDON}. */
    boolean retainsAbandoned(String group);

    /** Ends the wait of an instance at a hook. That no wait is active any more is no failure. */
    Effect complete(String instanceId, Hook hook, LifecycleResult result);

    /** Lets the wait of an instance at a hook last for another heartbeat timeout. That no wait is active is no failure. */
    Effect heartbeat(String instanceId, Hook hook);

    /**
     * A group as it describes itself.
     *
     * @param retainsAbandoned whether it keeps instances whose wait ended with {@code ABANDON}
     * @param members all its instances, in whatever state
     */
    record Group(String name, boolean retainsAbandoned, List<Member> members) {

        public Group {
            members = List.copyOf(members);
        }
    }

    /** What a call has done. */
    enum Effect {
        DONE,
        /** Auto Scaling knows of no active lifecycle action: it was completed earlier, or the wait timed out. */
        NO_ACTIVE_ACTION
    }
}
