package dev.banhmi.testkit.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What both fakes share: the calls they received, and the faults to respond with. Thread-safe. */
public final class Script {

    private final List<Call> calls = new CopyOnWriteArrayList<>();
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

    /** Records the call; returns the fault to respond with. */
    Optional<Fault> saw(String action, String body) {
        calls.add(new Call(action, body));
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
