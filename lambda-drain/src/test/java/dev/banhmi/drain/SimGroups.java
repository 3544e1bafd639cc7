package dev.banhmi.drain;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Auto Scaling as one invocation sees it. */
class SimGroups implements GroupsWithoutLaunchHook {

    private final SimWorld world;
    private final SimCalls calls;

    SimGroups(SimWorld world, SimCalls calls) {
        this.world = world;
        this.calls = calls;
    }

    @Override
    public List<Member> members(Collection<String> instanceIds) {
        return calls.read(
                "members",
                SimCalls.Source.GROUPS,
                time -> world.hosts().stream()
                        .filter(host -> instanceIds.contains(host.id()))
                        .map(host -> host.member(time))
                        .flatMap(Optional::stream)
                        .toList());
    }

    @Override
    public List<Group> groups(Collection<String> names) {
        return calls.read(
                "groups",
                SimCalls.Source.GROUPS,
                time -> names.contains(SimWorld.GROUP)
                        ? List.of(new Group(
                                SimWorld.GROUP,
                                false,
                                world.hosts().stream()
                                        .map(host -> host.member(time))
                                        .flatMap(Optional::stream)
                                        .toList()))
                        : List.of());
    }

    @Override
    public List<Hook> terminationHooks(String group) {
        return calls.read("terminationHooks", SimCalls.Source.GROUPS, time -> List.of(world.hook()));
    }

    @Override
    public boolean retainsAbandoned(String group) {
        return calls.read("retainsAbandoned", SimCalls.Source.GROUPS, time -> false);
    }

    @Override
    public Effect complete(String instanceId, Hook hook, LifecycleResult result) {
        return calls.call("complete", () -> world.complete(world.host(instanceId)));
    }

    @Override
    public Effect heartbeat(String instanceId, Hook hook) {
        return calls.call("heartbeat", () -> world.heartbeat(world.host(instanceId)));
    }
}
