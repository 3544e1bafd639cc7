package dev.banhmi.drain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The Auto Scaling groups. Each method reads all pages and all batches; what it returns may be some seconds old. Not thread-safe.
 *
 * <p>All throw {@link RetryableFailure} where a later try may help, and another exception where it cannot.
 */
interface Groups {

    /** These instances as their groups see them; those in no group are left out. */
    List<Member> members(Collection<String> instanceIds);

    /** The instances of these groups that a hook holds, warm pools included; groups that do not exist have none. */
    List<Member> waitingMembers(Collection<String> groups);

    /** The group's hooks on termination, all of them. */
    List<Hook> terminationHooks(String group);

    /** The group's hooks on launches, all of them. */
    List<Hook> launchHooks(String group);

    /** When Auto Scaling began to launch the instance; empty when its recent activities do not say. */
    Optional<Instant> launchedAt(String instanceId, String group);

    /** Whether the group keeps instances whose wait ended with {@code ABANDON}. */
    boolean retainsAbandoned(String group);

    /** Ends the wait of an instance at a hook. That no wait is active any more is no failure. */
    Effect complete(String instanceId, Hook hook, LifecycleResult result);

    /** Lets the wait of an instance at a hook last for another heartbeat timeout. That no wait is active is no failure. */
    Effect heartbeat(String instanceId, Hook hook);

    /** What a call has done. */
    enum Effect {
        DONE,
        /** Auto Scaling knows of no active lifecycle action: it was completed earlier, or the wait timed out. */
        NO_ACTIVE_ACTION
    }
}
