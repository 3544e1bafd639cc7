package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.IgnoreReason;
import java.util.Optional;

/** Which of the instances that are left alone somebody has to look at, because a name or a setting does not fit. Pure. */
final class Unhandled {

    private Unhandled() {}

    /** The reason for leaving it alone, or another one where more is known. */
    static IgnoreReason reason(DrainPolicy policy, Observation seen, IgnoreReason alone) {
        if (alone == IgnoreReason.ANOTHER_GROUP) {
            return waitsAtOurHook(policy, seen) ? IgnoreReason.UNNAMED_GROUP : alone;
        }
        boolean pooled = seen.member().filter(Member::isPooled).isPresent();
        return pooled
                        && seen.registration() instanceof Registration.Present present
                        && present.instance().runningTasks() + present.instance().pendingTasks() > 0
                ? IgnoreReason.POOLED_WITH_TASKS
                : alone;
    }

    /** Whether the instance of a group that is not ours is nevertheless held by a hook of our name, which nobody else completes. */
    private static boolean waitsAtOurHook(DrainPolicy policy, Observation seen) {
        Optional<MemberState> state = seen.member().map(Member::state).filter(MemberState::waits);
        boolean launches = state.filter(MemberState::isLaunch).isPresent();
        return state.isPresent()
                && (launches ? policy.launchHook() : policy.hook())
                        .filter(ours -> seen.hooks().stream().anyMatch(hook -> hook.name().equals(ours))
                                || (seen.hint() instanceof DrainHint.TerminationNotice notice
                                        && notice.hook().equals(ours)))
                        .isPresent();
    }
}
