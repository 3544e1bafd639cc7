package dev.banhmi.drain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Everything that one evaluation knows about one instance, and all that the decision depends on besides the clock.
 *
 * @param instanceId its EC2 id
 * @param hint what triggered the evaluation
 * @param member empty when the instance is in no group
 * @param hooks the hooks that its group has on the transition in which it is, launch or termination; read only where one holds it
 * @param retainsAbandoned whether its group keeps an instance whose wait ends with {@code ABANDON}
 * @param launchedAt when Auto Scaling began to launch it; read only where it is held at its launch and has not joined the cluster
 */
record Observation(
        String instanceId,
        DrainHint hint,
        Optional<Member> member,
        List<Hook> hooks,
        boolean retainsAbandoned,
        Registration registration,
        Optional<Instant> launchedAt) {

    Observation {
        Arguments.requireText(instanceId, "The instance of an observation");
        hooks = List.copyOf(hooks);
    }

    /** The same with another reading of the cluster. */
    Observation with(Registration other) {
        return with(member, other);
    }

    /** The same with another reading of the group and of the cluster. */
    Observation with(Optional<Member> again, Registration other) {
        return new Observation(instanceId, hint, again, hooks, retainsAbandoned, other, launchedAt);
    }

    /** Of an instance that is not held at its launch. */
    Observation(
            String instanceId,
            DrainHint hint,
            Optional<Member> member,
            List<Hook> hooks,
            boolean retainsAbandoned,
            Registration registration) {
        this(instanceId, hint, member, hooks, retainsAbandoned, registration, Optional.empty());
    }

    /** Whether the task's event says that it has stopped, whatever the reads say. */
    boolean sawStopped(String task) {
        return hint instanceof DrainHint.TaskStopped stopped && stopped.task().equals(task);
    }

    /** When Auto Scaling announced the wait, if its notice triggered the evaluation. */
    Optional<Instant> noticedAt() {
        return hint instanceof DrainHint.TerminationNotice notice ? notice.at() : Optional.empty();
    }

    /**
     * Whether the host is lost: it has failed its health check, and its agent is gone. Neither alone is enough. An agent may die on a host that
     * serves, and a host that fails a check may still end its tasks.
     */
    boolean hostIsLost() {
        return member.filter(Member::isUnhealthy).isPresent()
                && registration instanceof Registration.Present present
                && !present.instance().agentConnected();
    }

    /** Whether the schedule triggered the evaluation. */
    boolean fromSweep() {
        return hint instanceof DrainHint.Sweep;
    }
}
