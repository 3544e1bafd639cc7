package dev.banhmi.cdk.constructs.observe;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** A topic for alarms of this account and region: encrypted, TLS only. */
final class AlarmTopic {
    /*
     * Two mistakes lead to a topic that never delivers, both silent at deployment. CloudWatch cannot use the AWS-managed key of SNS, so the
     * key must be ours and allow it (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns, checked 2026-11-22). And the
     * statement that requires TLS replaces the topic's default policy, which is what lets alarms of the account publish.
     */

    private static final String CLOUDWATCH = "cloudwatch.amazonaws.com";

    private AlarmTopic() {}

    static Topic build(Construct scope) {
        Key key = Key.Builder.create(scope, "TopicKey")
                .description("Alarms on their way to whoever is paged")
                .enableKeyRotation(true)
                // Nothing is stored that it could decrypt.
                .removalPolicy(RemovalPolicy.DESTROY)
                .pendingWindow(Duration.days(7))
                .build();
        // In a key's policy, "*" is the key.
        key.addToResourcePolicy(alarmsMay(scope, "*", "kms:Decrypt", "kms:GenerateDataKey*"));
        Topic topic = Topic.Builder.create(scope, "Topic")
                .masterKey(key)
                .enforceSsl(true)
                .build();
        topic.addToResourcePolicy(alarmsMay(scope, topic.getTopicArn(), "sns:Publish"));
        return topic;
    }

    private static PolicyStatement alarmsMay(Construct scope, String resource, String... actions) {
        return PolicyStatement.Builder.create()
                .sid("Alarms")
                .principals(List.of(new ServicePrincipal(CLOUDWATCH)))
                .actions(List.of(actions))
                .resources(List.of(resource))
                .conditions(new TreeMap<>(Map.of(
                        "StringEquals",
                        Map.of("aws:SourceAccount", Stack.of(scope).getAccount()),
                        "ArnLike",
                        Map.of("aws:SourceArn", ResourceArn.of(scope, "cloudwatch", "alarm:*")))))
                .build();
    }
}
