package dev.banhmi.drain;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The groups as they are; a mutant of ours overrides the one method in which it goes wrong. */
class SimGroupsView implements Groups {

    private final Groups real;

    SimGroupsView(Groups real) {
        this.real = real;
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        return real.members(instanceIds);
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        return real.groups(names);
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        return real.terminationHooks(group);
    }

    @Override
    public List<Hook> launchHooks(String group) {
        return real.launchHooks(group);
    }

    @Override
    public Optional<Instant> launchedAt(String instanceId, String group) {
        return real.launchedAt(instanceId, group);
    }

    @Override
    public boolean retainsAbandoned(String group) {
        return real.retainsAbandoned(group);
    }

    @Override
    public Effect complete(String instanceId, Hook hook, LifecycleResult result) {
        return real.complete(instanceId, hook, result);
    }

    @Override
    public Effect heartbeat(String instanceId, Hook hook) {
        return real.heartbeat(instanceId, hook);
    }
}
