package dev.banhmi.drain;

/**
 * The lifecycle state of an instance in its Auto Scaling group. States that mean the same here are one constant.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-lifecycle.html">Instance lifecycle</a>
 */
enum MemberState {
    LAUNCHING,
    /** Held by launch hooks. It may have joined the cluster, and then ECS places tasks on it. */
    PENDING_WAIT,
    /** Held by launch hooks on its way into a warm pool, anew or back from service. */
    WARMED_PENDING_WAIT,
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
                    "Pending:Proceed",
                    "Quarantined",
                    "Warmed:Pending",
                    "Warmed:Pending:Proceed" -> LAUNCHING;
            case "Pending:Wait" -> PENDING_WAIT;
            case "Warmed:Pending:Wait" -> WARMED_PENDING_WAIT;
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

    /** Whether a hook holds the instance that can be ours. */
    boolean waits() {
        return this == TERMINATING_WAIT || this == WARMED_TERMINATING_WAIT || isLaunch();
    }

    /** Whether a launch hook holds the instance. */
    boolean isLaunch() {
        return this == PENDING_WAIT || this == WARMED_PENDING_WAIT;
    }
}
