package dev.banhmi.testkit.aws;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What both fakes share: the calls that they saw, and the faults that they are to answer with. Thread-safe. */
public final class Script {

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    /** No calls and no faults. */
    public Script() {}

    /**
     * A call as it came in.
     *
     * @param action in IAM's words
     * @param body of the request
     */
    public record Call(String action, String body) {}

    /**
     * Answers every call of an action with a fault until {@link #heal}.
     *
     * @param action in IAM's words
     * @param fault what every call gets
     */
    public void fail(String action, Fault fault) {
        faults.put(action, fault);
    }

    /** Ends all faults. */
    public void heal() {
        faults.clear();
    }

    /** Notes the call; answers with the fault that it is to get. */
    Optional<Fault> saw(String action, String body) {
        calls.add(new Call(action, body));
        return Optional.ofNullable(faults.get(action));
    }

    /**
     * What was called.
     *
     * @return all calls until now, in their order
     */
    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /**
     * How an action was called.
     *
     * @param action in IAM's words
     * @return its calls until now, in their order
     */
    public List<Call> calls(String action) {
        return calls.stream().filter(call -> call.action().equals(action)).toList();
    }
}
