package dev.banhmi.drain;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The hooks of each group on each transition, read once. If that fails, each of its instances is told so by the same exception, so that it
 * counts as one. Not thread-safe.
 */
final class HookReads {

    private final Groups groups;
    private final Map<Transition, List<Hook>> read = new HashMap<>();
    private final Map<Transition, RuntimeException> failed = new HashMap<>();

    HookReads(Groups groups) {
        this.groups = groups;
    }

    /** Those on the transition in which it is. */
    List<Hook> of(Member member) {
        Transition transition = new Transition(member.group(), member.state().isLaunch());
        RuntimeException earlier = failed.get(transition);
        if (earlier != null) {
            throw earlier;
        }
        try {
            return read.computeIfAbsent(transition, this::read);
        } catch (RuntimeException e) {
            failed.put(transition, e);
            throw e;
        }
    }

    private List<Hook> read(Transition of) {
        return of.launch ? groups.launchHooks(of.group) : groups.terminationHooks(of.group);
    }

    private record Transition(String group, boolean launch) {}
}
