package dev.banhmi.cdk.constructs.observe;

import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** A topic for alarms: encrypted, TLS only. The alarms that notify it bring what its policy and its key's need. */
final class AlarmTopic {
    private AlarmTopic() {}

    static Topic build(Construct scope) {
        Key key = Key.Builder.create(scope, "TopicKey")
                .description("Alarms on their way to whoever is paged")
                .enableKeyRotation(true)
                // Nothing is stored that it could decrypt.
                .removalPolicy(RemovalPolicy.DESTROY)
                .pendingWindow(Duration.days(7))
                .build();
        return Topic.Builder.create(scope, "Topic")
                .masterKey(key)
                .enforceSsl(true)
                .build();
    }
}
