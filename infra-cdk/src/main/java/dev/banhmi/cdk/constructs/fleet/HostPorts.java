package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.TokenNumber;

/**
 * The ports of an instance from which its ECS agent gives one to each container that is published on any: what the agent is told and what a
 * service's security groups open are the same.
 *
 * @param first 32768 or more
 * @param last at least the first, at most 65535
 */
public record HostPorts(int first, int last) {
    /*
     * Left alone, the agent takes the range of the kernel (net.ipv4.ip_local_port_range, 32768–60999), out of which the kernel gives ports to
     * outgoing connections as well. The agent tries a port and lets go of it, and Docker binds it later: whatever connects in between takes it,
     * and the task does not start. So the default lies above the kernel's. It lies inside 32768–65535 because that is what CDK opens for
     * a service of its own on the same instances.
     *
     * A port is taken from the ones after the last that was given, and from the beginning again at the end
     * (https://github.com/aws/amazon-ecs-agent, 1.105.1: agent/utils/ephemeral_ports.go, agent/api/task/task.go; checked 2026-11-30).
     *
     * Each container is also at a port of Docker's bridge, of which Linux has 1,024 and reserves one (net/bridge/br_private.h: BR_MAX_PORTS,
     * br_if.c: find_portno; checked 2026-11-30): the next container does not start ("exchange full").
     */

    /** The least port that CDK opens for a service with ports of the agent's choice. */
    public static final int LEAST = 32_768;

    /** The greatest port there is. */
    public static final int MOST = 65_535;

    /** The most containers on the bridge of an instance, however many ports it has. */
    public static final int MOST_CONTAINERS = 1_023;

    static final HostPorts DEFAULT = new HostPorts(61_000, MOST);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when it is out of bounds or empty
     */
    public HostPorts {
        if (first < LEAST || last > MOST || first > last) {
            throw new IllegalArgumentException("HostPorts: the range is " + TokenNumber.shown(first) + "-"
                    + TokenNumber.shown(last) + ", allowed is " + LEAST
                    + " to " + MOST + ". Other ports are closed to the load balancers of services that CDK makes.");
        }
    }

    /**
     * How many there are, of which each container that is published takes one.
     *
     * @return the number of ports
     */
    public int count() {
        return last - first + 1;
    }

    /** As the agent reads it. */
    String setting() {
        return "ECS_DYNAMIC_HOST_PORT_RANGE=" + first + "-" + last;
    }
}
