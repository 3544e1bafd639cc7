package dev.banhmi.drain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What a sweep has done, what failed, and what it did not come to. One instance that fails must not keep the others waiting. Thread-safe. */
final class SweepOutcome {

    private final Journal journal;
    private final Invocation invocation;
    private final DrainHint.Sweep hint;
    private final Map<String, Groups.Effect> heartbeats = new ConcurrentHashMap<>();
    private final List<RuntimeException> failures = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger left = new AtomicInteger();

    SweepOutcome(Journal journal, Invocation invocation, DrainHint.Sweep hint) {
        this.journal = journal;
        this.invocation = invocation;
        this.hint = hint;
    }

    DrainHint.Sweep hint() {
        return hint;
    }

    /** Does something for an instance; that it fails is written down. What is throttled at the very end is left over. */
    void attempt(String instanceId, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            if (e instanceof ThrottledFailure && !invocation.hasTime()) {
                leftOver(1);
            } else {
                failed(instanceId, e);
            }
        }
    }

    /** The evaluation of an instance failed. */
    void failed(String instanceId, RuntimeException failure) {
        failed(List.of(instanceId), failure);
    }

    /** A call for these instances failed. */
    void failed(List<String> instanceIds, RuntimeException failure) {
        journal.failed(instanceIds, hint, failure);
        failures.add(failure);
    }

    /** Instances could not be read, by their ids. Those that one call failed for have the same exception, and are one failure. */
    void unreadable(Map<String, RuntimeException> why) {
        Map<RuntimeException, List<String>> instances = new LinkedHashMap<>();
        why.forEach((instance, failure) ->
                instances.computeIfAbsent(failure, call -> new ArrayList<>()).add(instance));
        instances.forEach((failure, ids) -> failed(ids, failure));
    }

    /** The same, where it has been written down already. */
    void failed(RuntimeException failure) {
        failures.add(failure);
    }

    /** So many instances, or none, are left to the next sweep. */
    void leftOver(int instances) {
        left.addAndGet(instances);
    }

    /** A heartbeat was sent. */
    void prolonged(String instanceId, Groups.Effect effect) {
        heartbeats.put(instanceId, effect);
    }

    /** A step was taken; one without an effect of its own has that of the heartbeat, if there was one. */
    void taken(Look look, Observation seen, DrainStep step, Optional<Groups.Effect> effect) {
        journal.evaluated(new Evaluation(
                look.at(),
                hint,
                Optional.of(seen),
                step,
                effect.or(() -> Optional.ofNullable(heartbeats.get(look.instanceId())))));
    }

    /**
     * Writes down what is left over.
     *
     * @param instances how many the sweep was about
     * @throws RetryableFailure when anything failed
     */
    void end(int instances) {
        if (left.get() > 0) {
            journal.leftOver(left.get(), instances);
        }
        if (!failures.isEmpty()) {
            RetryableFailure failure = new RetryableFailure(
                    failures.size() + " of " + instances + " evaluations failed.", failures.getFirst());
            failures.stream().skip(1).forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
