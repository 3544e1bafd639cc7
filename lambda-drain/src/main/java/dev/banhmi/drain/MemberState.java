package dev.banhmi.drain;

/**
 * The lifecycle state of an instance in its Auto Scaling group. States that mean the same here are one constant.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance lifecycle</a>
 */
enum MemberState {
    LAUNCHING,
    IN_SERVICE,
    STANDBY,
    DETACHING,
    /** Terminating; no hook holds it yet. */
    TERMINATING,
    /** Held by termination hooks, possibly with tasks. */
    TERMINATING_WAIT,
    /** Held by termination hooks while it leaves a warm pool, where ECS places nothing. */
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

    /** The state that Auto Scaling gives this name. */
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
