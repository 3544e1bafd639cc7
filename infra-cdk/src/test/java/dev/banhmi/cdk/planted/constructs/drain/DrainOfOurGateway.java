package dev.banhmi.cdk.planted.constructs.drain;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.planted.constructs.BetweenRooms;
import dev.banhmi.cdk.planted.constructs.budget.BudgetOfTheDrain;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.Yaml;
import software.constructs.Construct;

/** A construct that can be extended, reads YAML and the configuration, and speaks of our gateway. */
public class DrainOfOurGateway extends Construct {
    private final @Nullable BudgetOfTheDrain budget;

    /**
     * Builds the construct.
     *
     * @param scope the parent construct
     * @param budget of the drain
     */
    public DrainOfOurGateway(Construct scope, @Nullable BudgetOfTheDrain budget) {
        super(scope, "Gateway");
        this.budget = budget;
    }

    /** {@return what it tells the gateway} */
    public Map<String, Object> settings() {
        Object yaml = new Yaml().load("path: /status/healthcheck");
        return Map.of(
                "BANHMI_SETTINGS",
                yaml,
                "SERVER_SETTINGS",
                DeploymentConfig.class,
                "budget",
                Objects.requireNonNullElse(budget, BetweenRooms.class));
    }
}
