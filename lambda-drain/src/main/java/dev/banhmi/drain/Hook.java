package dev.banhmi.drain;

import java.time.Duration;

/**
 * A lifecycle hook on the termination of a group's instances, or on their launch.
 *
 * @param group the name of the group
 * @param heartbeatTimeout how long a wait lasts after its start or its last heartbeat; 30 to 7,200 s
 * @param globalTimeout how long heartbeats can make a wait: the smaller of 48 h and 100 heartbeat timeouts
 * @param defaultResult what Auto Scaling does when a wait runs out
 * @see <a href="https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LifecycleHook.html">LifecycleHook</a>
 */
record Hook(
        String group, String name, Duration heartbeatTimeout, Duration globalTimeout, LifecycleResult defaultResult) {

    /** The name that ECS gives to the hook of its managed draining, which nothing else may complete. */
    static final String OF_MANAGED_DRAINING = "ecs-managed-draining-termination-hook";

    Hook {
        Arguments.requireText(group, "The group of a hook");
        Arguments.requireText(name, "The name of a hook");
        Arguments.requirePositive(heartbeatTimeout, "The heartbeat timeout of " + name);
        Arguments.requirePositive(globalTimeout, "The global timeout of " + name);
    }
}
