package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.CfnResource;

class DefaultRulesTest {
    @Test
    void failsWhereTheAppAsksForIt() {
        assertThatThrownBy(() -> withAViolation(Sandbox.recommended()).template())
                .hasMessageContaining("Validation failed");
    }

    @Test
    void failsNowhereElse() {
        assertThatCode(() -> withAViolation(Sandbox.plain()).template()).doesNotThrowAnyException();
    }

    private static Sandbox withAViolation(Sandbox sandbox) {
        CfnResource.Builder.create(sandbox.stack(), "Queue")
                .type("AWS::SQS::Queue")
                .properties(Map.of("NoSuchProperty", "any"))
                .build();
        return sandbox;
    }
}
