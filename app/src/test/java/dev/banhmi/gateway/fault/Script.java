package dev.banhmi.gateway.fault;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The faults that the calls on one object meet. Thread-safe. */
final class Script {

    private final List<Rule> rules;
    private final Map<S3Call, Integer> seen = new HashMap<>();
    private final List<String> log = new ArrayList<>();
    private int injected;

    /**
     * A fault of one call.
     *
     * @param call which
     * @param occurrence the first one that fails, from 1
     * @param persistent whether all later ones fail too
     */
    record Rule(S3Call call, int occurrence, Fault fault, boolean persistent) {

        boolean hits(S3Call other, int count) {
            return call.equals(other) && (persistent ? count >= occurrence : count == occurrence);
        }

        @Override
        public String toString() {
            return call + (occurrence > 1 ? " #" + occurrence : "") + " " + fault + (persistent ? " always" : " once");
        }
    }

    Script(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Called once for each request that arrives. */
    synchronized @Nullable Fault next(S3Call call) {
        int count = seen.merge(call, 1, Integer::sum);
        for (Rule rule : rules) {
            if (rule.hits(call, count)) {
                injected++;
                log.add(call + "!" + rule.fault());
                return rule.fault();
            }
        }
        log.add(call.toString());
        return null;
    }

    /** How many faults there were; a case without any shows nothing. */
    synchronized int injected() {
        return injected;
    }

    /** All calls in their order, for whoever has to find out what went wrong. */
    synchronized List<String> log() {
        return List.copyOf(log);
    }
}
