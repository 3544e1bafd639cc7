package dev.banhmi.drain;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Asks ECS which services are daemons, for the drains that a sweep would hold. */
final class DaemonReads {

    /** 10: the most services that one call describes (API reference of DescribeServices, November 2026). */
    static final int BATCH = 10;

    private final Cluster cluster;
    private final Invocation invocation;
    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private final Set<String> daemons = ConcurrentHashMap.newKeySet();

    /** Asks for one sweep, in which nothing is known at first. */
    DaemonReads(Cluster cluster, Invocation invocation) {
        this.cluster = cluster;
        this.invocation = invocation;
    }

    /**
     * Asks for these, some calls side by side. None begins once half of the time that the invocation has now is over: what comes behind is
     * holding the drains, which must not fail for a question that may go without a response.
     *
     * @param services their names
     * @throws RuntimeException when a call failed, or there was no time for all; what ECS said in response to the others is known nevertheless
     */
    void ask(Collection<String> services) {
        Duration half = invocation.left().dividedBy(2);
        List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
        invocation.each(Batches.of(services, BATCH), batch -> {
            if (invocation.left().compareTo(half) > 0) {
                try {
                    daemons.addAll(cluster.daemons(batch));
                    known.addAll(batch);
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }
        });
        if (failures.isEmpty() && !known.containsAll(services)) {
            failures.add(new RetryableFailure("The invocation has no time left to ask which services are daemons: "
                    + services.stream().filter(name -> !known.contains(name)).count() + " are not known."));
        }
        Failures.throwFirst(failures);
    }

    /** Whether ECS has said it of all services of these tasks. */
    boolean knows(Registration.Present present) {
        return known.containsAll(present.servicesToReplace());
    }

    /** The same with what ECS has said, where it has of all its services: nothing is counted of one that may be a daemon. */
    Registration.Present add(Registration.Present present) {
        return knows(present) ? present.knowing(daemons) : present;
    }
}
