package dev.banhmi.cdk.constructs.drain;

import java.util.List;
import software.constructs.IValidation;

/** Validates that a drainer has groups: without any it would act on any group of the region that a notice names. */
final class DrainAttached implements IValidation {
    private final InstanceDrain drain;

    DrainAttached(InstanceDrain drain) {
        this.drain = drain;
    }

    @Override
    public List<String> validate() {
        return drain.hasGroups()
                ? List.of()
                : List.of("No Auto Scaling group is attached to the drain, so nothing is drained. Call attach(group).");
    }
}
