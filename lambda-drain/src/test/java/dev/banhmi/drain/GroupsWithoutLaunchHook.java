package dev.banhmi.drain;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Groups whose instances enter service as soon as the machine runs, so that nobody asks when they were launched. */
interface GroupsWithoutLaunchHook extends Groups {

    @Override
    default List<Hook> launchHooks(String group) {
        return List.of();
    }

    @Override
    default Optional<Instant> launchedAt(String instanceId, String group) {
        return Optional.empty();
    }
}
