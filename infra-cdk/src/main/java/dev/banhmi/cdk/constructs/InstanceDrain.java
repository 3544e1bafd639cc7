package dev.banhmi.cdk.constructs;

import software.constructs.Construct;

/** STUB. */
public final class InstanceDrain extends Construct {
    InstanceDrain(Construct scope, String id) {
        super(scope, id);
    }
}
