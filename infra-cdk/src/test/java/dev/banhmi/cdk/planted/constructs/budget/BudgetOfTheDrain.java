package dev.banhmi.cdk.planted.constructs.budget;

import dev.banhmi.cdk.planted.constructs.drain.DrainOfOurGateway;
import software.amazon.awscdk.Duration;

/** A budget that knows CDK and the drain, which knows it: a cycle. */
public final class BudgetOfTheDrain {
    private final DrainOfOurGateway drain;

    BudgetOfTheDrain(DrainOfOurGateway drain) {
        this.drain = drain;
    }

    Duration twice() {
        return Duration.seconds(2 * drain.settings().size());
    }
}
