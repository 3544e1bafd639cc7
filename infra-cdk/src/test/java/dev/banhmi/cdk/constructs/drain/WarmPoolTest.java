package dev.banhmi.cdk.constructs.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.cdk.constructs.Sandbox;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.WarmPoolOptions;

/** A warm pool that takes instances back on scale-in keeps them from every termination hook: first on plain CDK 2.263, then refused. */
class WarmPoolTest {
    private static final String REFUSAL = "Instances would return to the warm pool sandbox/Instances/WarmPool";

    private final Sandbox sandbox = Sandbox.plain();
    private final ForeignCluster foreign = new ForeignCluster(sandbox.stack());
    private final AutoScalingGroup group = foreign.group("Instances");

    private void attach() {
        DrainStrategy.lifecycleHook(ForeignCluster.budget(), StandInDrainJar.usual())
                .attach(sandbox.stack(), foreign.cluster(), group);
    }

    private void pool(boolean reuse) {
        group.addWarmPool(WarmPoolOptions.builder().reuseOnScaleIn(reuse).build());
    }

    @Test
    void plainCdkTakesInstancesBackWithoutAWord() {
        pool(true);

        assertThat(Sandbox.only(sandbox.template(), "AWS::AutoScaling::WarmPool")
                        .path("InstanceReusePolicy")
                        .path("ReuseOnScaleIn")
                        .asBoolean())
                .as("the trap")
                .isTrue();
    }

    @Test
    void refusesAPoolThatTakesInstancesBack() {
        attach();
        pool(true);

        assertThatThrownBy(sandbox::template).hasMessageContaining(REFUSAL).hasMessageContaining("reuseOnScaleIn");
    }

    @Test
    void refusesOneThatWasThereBefore() {
        pool(true);
        attach();

        assertThatThrownBy(sandbox::template).hasMessageContaining(REFUSAL);
    }

    @Test
    void acceptsAPoolThatOnlyWarms() {
        attach();
        pool(false);

        assertThat(Sandbox.resources(sandbox.template(), "AWS::AutoScaling::WarmPool"))
                .hasSize(1);
    }
}
