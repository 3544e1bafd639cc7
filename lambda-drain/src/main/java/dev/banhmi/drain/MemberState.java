package dev.banhmi.drain;

/**
 * Where an instance is in the life that its Auto Scaling group gives it. States that mean the same here are one constant.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance lifecycle</a>
 */
enum MemberState {
    LAUNCHING,
    IN_SERVICE,
    STANDBY,
    DETACHING,
    /** On the way out; no hook holds it yet. */
    TERMINATING,
    /** Held by termination hooks, with tasks perhaps. */
    TERMINATING_WAIT,
    /** Held by termination hooks on the way out of a warm pool, where ECS places nothing. */
    WARMED_TERMINATING_WAIT,
    /** No hook holds it any more. */
    PROCEEDING,
    /** Abandoned in a group that keeps abandoned instances. */
    RETAINED,
    TERMINATED,
    /** At rest in a warm pool. */
    WARMED,
    /** A state that this version does not know. */
    UNKNOWN;

    /** The state that Auto Scaling calls so. */
    static MemberState parse(String lifecycleState) {
        return switch (lifecycleState) {
            case "Pending",
                    "Pending:Wait",
                    "Pending:Proceed",
                    "Quarantined",
                    "Warmed:Pending",
                    "Warmed:Pending:Wait",
                    "Warmed:Pending:Proceed" -> LAUNCHING;
            case "InService" -> IN_SERVICE;
            case "EnteringStandby", "Standby" -> STANDBY;
            case "Detaching", "Detached" -> DETACHING;
            case "Terminating", "Warmed:Terminating" -> TERMINATING;
            case "Terminating:Wait" -> TERMINATING_WAIT;
            case "Warmed:Terminating:Wait" -> WARMED_TERMINATING_WAIT;
            case "Terminating:Proceed", "Warmed:Terminating:Proceed" -> PROCEEDING;
            case "Terminating:Retained", "Warmed:Terminating:Retained" -> RETAINED;
            case "Terminated", "Warmed:Terminated" -> TERMINATED;
            case "Warmed:Stopped", "Warmed:Running", "Warmed:Hibernated" -> WARMED;
            default -> UNKNOWN;
        };
    }

    /** Whether a termination hook holds the instance. */
    boolean waits() {
        return this == TERMINATING_WAIT || this == WARMED_TERMINATING_WAIT;
    }
}
