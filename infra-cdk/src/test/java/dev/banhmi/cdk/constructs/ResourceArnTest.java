package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;

class ResourceArnTest {
    @Test
    void plainCdkNamesThePartitionWhereAFlagSaysSo() {
        assertThat(Sandbox.plain().stack().getPartition()).isEqualTo(Aws.PARTITION);
        assertThat(Sandbox.recommended().stack().getPartition()).isEqualTo("aws");
    }

    @Test
    void refersToThePartitionWhateverTheFlagsSay() {
        for (Sandbox sandbox : List.of(Sandbox.plain(), Sandbox.recommended())) {
            Stack stack = sandbox.stack();
            assertThat(stack.resolve(ResourceArn.of(stack, "ecs", "cluster/main")))
                    .isEqualTo(joined(":ecs:us-east-1:", ":cluster/main"));
            assertThat(stack.resolve(ResourceArn.of(stack, "cloudwatch", "alarm:*")))
                    .isEqualTo(joined(":cloudwatch:us-east-1:", ":alarm:*"));
            assertThat(stack.resolve(ResourceArn.ofRole(stack, "of-a-service/one")))
                    .isEqualTo(joined(":iam::", ":role/of-a-service/one"));
        }
    }

    private static Map<String, Object> joined(String service, String resource) {
        return Map.of("Fn::Join", List.of("", List.of("arn:", ref("Partition"), service, ref("AccountId"), resource)));
    }

    private static Map<String, Object> ref(String pseudoParameter) {
        return Map.of("Ref", "AWS::" + pseudoParameter);
    }
}
