package dev.banhmi.testkit.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What both fakes share: the calls they received, and the faults to respond with. An attempt that the SDK makes again, as it does when a busy
 * machine lets it wait too long, is the same call. Thread-safe.
 */
public final class Script {

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Set<String> ids = ConcurrentHashMap.newKeySet();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    /** No calls and no faults. */
    public Script() {}

    /**
     * A call as it came in.
     *
     * @param action in IAM's terms
     * @param body of the request
     */
    public record Call(String action, String body) {}

    /**
     * Responds to every call of an action with a fault until {@link #heal}.
     *
     * @param action in IAM's terms
     * @param fault what every call gets
     */
    public void fail(String action, Fault fault) {
        faults.put(action, fault);
    }

    /** Ends all faults. */
    public void heal() {
        faults.clear();
    }

    /** Records the call, unless this is a further attempt; returns the fault to respond with. */
    Optional<Fault> saw(String action, WireServer.Request request) {
        if (ids.add(request.callId())) {
            calls.add(new Call(action, request.body()));
        }
        return Optional.ofNullable(faults.get(action));
    }

    /**
     * What was called.
     *
     * @return all calls so far, in order
     */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /**
     * How an action was called.
     *
     * @param action in IAM's terms
     * @return its calls so far, in order
     */
    public List<Call> calls(String action) {
        return calls.stream().filter(call -> call.action().equals(action)).toList();
    }
}
