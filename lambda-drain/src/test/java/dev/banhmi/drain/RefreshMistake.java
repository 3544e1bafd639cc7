package dev.banhmi.drain;

import dev.banhmi.drain.DrainStep.Complete;
import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.StartDraining;
import dev.banhmi.drain.DrainStep.StartReason;
import dev.banhmi.drain.DrainStep.Wait;
import dev.banhmi.drain.DrainStep.WaitReason;
import dev.banhmi.drain.RefreshWorld.Trouble;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A refresh as it is, and with one part of it missing or wrong. */
enum RefreshMistake {
    NONE("none"),
    /** As it was: all instances at the same time, in service as soon as the machine runs, no alarm, no pause, a deadline that nothing moves. */
    AS_IT_WAS("all at once, no hook, no alarms, nothing held"),
    NOTHING_HELD("a deadline that nothing moves"),
    NO_LAUNCH_HOOK("no launch hook"),
    NO_ALARMS("no alarms, no checkpoint"),
    /** As it was: the alarm on missing replacements rings until the rollback, which it stops, has brought capacity. */
    ALARM_STANDS("an alarm that rings as long as a drain is held"),
    /** As it was: the oldest wait alone, while it passes its limit. */
    OLDEST_WAIT("an alarm on the oldest wait, which is deaf while another drain is held"),
    /** As it was: the alarm of a deployment of the service, which rings as long as there are errors, and again with every burst. */
    ERRORS_STAND("an alarm that rings as long as there are errors"),
    NO_ERRORS("no alarm on errors, which in the end all tasks answer with"),
    /** As it was: the launch template is changed in place, so what a rollback names is a version that no instance has. */
    NEW_VERSION("a rollback to a version that no instance has"),
    /** A fault of the world, not of the refresh: what a dead host carried is not started again. */
    DEAD_STAYS_DEAD("tasks of a dead host that nothing starts again"),
    /** Takes an instance for ready that is registered, whatever its agent does. */
    REGISTERED_IS_ENOUGH("registered is enough") {
        @Override
        DrainStep change(DrainStep step, Observation seen) {
            boolean away = step instanceof Wait wait && wait.reason() == WaitReason.AGENT_DISCONNECTED;
            return away && isLaunch(seen)
                    ? new Complete(RefreshWorld.LAUNCH, LifecycleResult.CONTINUE, CompleteReason.LAUNCHED)
                    : step;
        }
    },
    /** Abandons a launch whose agent is gone at once, whatever was placed there meanwhile. */
    ABANDONS_TASKS("abandons a launch with its tasks") {
        @Override
        DrainStep change(DrainStep step, Observation seen) {
            return step instanceof StartDraining start && start.reason() == StartReason.NEVER_CONNECTED
                    ? new Complete(RefreshWorld.LAUNCH, LifecycleResult.ABANDON, CompleteReason.NEVER_CONNECTED)
                    : step;
        }
    },
    LEAVES_REGISTRATIONS("deregisters nothing"),
    /** As it was: ECS is not asked which services are daemons. */
    DAEMONS_HOLD("a drain that waits for the replacement of a daemon") {
        @Override
        Observation seen(Observation seen) {
            return seen.registration() instanceof Registration.Present present
                    ? seen.with(present.knowing(Set.of()))
                    : seen;
        }
    };

    final String title;

    RefreshMistake(String title) {
        this.title = title;
    }

    DrainStep change(DrainStep step, Observation seen) {
        return step;
    }

    Observation seen(Observation seen) {
        return seen;
    }

    DrainDecision decision(DrainPolicy policy) {
        return new DrainDecision(policy) {
            @Override
            DrainStep decide(Observation seen, Instant now) {
                return change(super.decide(seen(seen), now), seen);
            }
        };
    }

    DrainPolicy policy() {
        DrainPolicy standard = DrainPolicy.standard();
        Optional<Duration> stopping =
                this == NOTHING_HELD || this == AS_IT_WAS ? Optional.empty() : Optional.of(RefreshWorld.STOPPING);
        return new DrainPolicy(
                Set.of(RefreshWorld.GROUP),
                Optional.of(RefreshWorld.DRAIN.name()),
                standard.budget(),
                standard.standalone(),
                standard.atDeadline(),
                standard.minimumAge(),
                standard.sweepInterval(),
                stopping,
                Optional.of(RefreshWorld.LAUNCH.name()));
    }

    /** Where it is tried: one of the alarms in its own worlds, the others in those in which nothing but the refresh is wrong. */
    Set<Trouble> troubles() {
        return switch (this) {
            case NONE -> EnumSet.allOf(Trouble.class);
            case OLDEST_WAIT -> EnumSet.of(Trouble.HELD_BEFORE);
            case ERRORS_STAND, NO_ERRORS -> EnumSet.of(Trouble.ANSWERS_ERRORS, Trouble.OUTAGE);
            case NEW_VERSION -> EnumSet.of(Trouble.NEVER_REGISTERS, Trouble.NO_TASK_RUNS, Trouble.ANSWERS_ERRORS);
            case DAEMONS_HOLD -> EnumSet.of(Trouble.DAEMONS);
            case DEAD_STAYS_DEAD -> EnumSet.of(Trouble.DEAD_HOST);
            case AS_IT_WAS,
                    NOTHING_HELD,
                    NO_LAUNCH_HOOK,
                    NO_ALARMS,
                    ALARM_STANDS,
                    REGISTERED_IS_ENOUGH,
                    ABANDONS_TASKS,
                    LEAVES_REGISTRATIONS -> EnumSet.range(Trouble.NONE, Trouble.DEAD_HOST);
        };
    }

    boolean hasLaunchHook() {
        return this != NO_LAUNCH_HOOK && this != AS_IT_WAS;
    }

    boolean hasAlarms() {
        return this != NO_ALARMS && this != AS_IT_WAS;
    }

    private static boolean isLaunch(Observation seen) {
        return seen.member().map(Member::state).equals(Optional.of(MemberState.PENDING_WAIT));
    }
}
