package dev.banhmi.drain.process;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What both fakes share: the calls that they saw, and the faults that they are to answer with. Thread-safe. */
final class Script {

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final Map<String, Fault> faults = new ConcurrentHashMap<>();

    /** A call as it came in; the action in IAM's words. */
    record Call(String action, String body) {}

    /** Every call of this action gets this fault until it is cleared. */
    void fail(String action, Fault fault) {
        faults.put(action, fault);
    }

    void heal() {
        faults.clear();
    }

    /** Notes the call; answers with the fault that it is to get. */
    Optional<Fault> saw(String action, String body) {
        calls.add(new Call(action, body));
        return Optional.ofNullable(faults.get(action));
    }

    List<Call> calls() {
        return List.copyOf(calls);
    }

    List<Call> calls(String action) {
        return calls.stream().filter(call -> call.action().equals(action)).toList();
    }
}
