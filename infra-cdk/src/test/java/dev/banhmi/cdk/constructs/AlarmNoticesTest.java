package dev.banhmi.cdk.constructs;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Alias;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.sns.CfnTopicPolicy;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.TopicPolicy;

/** Each of these topics is one that CloudWatch could not publish to, and nothing in CDK or CloudFormation says so. */
class AlarmNoticesTest {
    private static final String ARN = "arn:aws:sns:us-east-1:111122223333:pager";

    private final Sandbox sandbox = Sandbox.plain();

    @Test
    void opensATopicThatTakesTlsOnlyOnceForTwoAlarms() {
        Topic topic =
                Topic.Builder.create(sandbox.stack(), "Topic").enforceSsl(true).build();
        AlarmNotices.send(alarm("One"), topic);
        AlarmNotices.send(alarm("Two"), topic);
        JsonNode template = sandbox.template();
        List<JsonNode> alarms = alarms(only(template, "AWS::SNS::TopicPolicy").path("PolicyDocument"));
        assertThat(alarms).singleElement().satisfies(statement -> {
            assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
            assertThat(statement.path("Action").asText()).isEqualTo("sns:Publish");
            assertThat(statement.at("/Principal/Service").asText()).isEqualTo("cloudwatch.amazonaws.com");
            assertThat(statement.at("/Resource/Ref").asText()).startsWith("Topic");
            assertThat(statement
                            .at("/Condition/StringEquals/aws:SourceAccount/Ref")
                            .asText())
                    .isEqualTo("AWS::AccountId");
            assertThat(statement.at("/Condition/ArnLike/aws:SourceArn").toString())
                    .contains("cloudwatch", ":alarm:*");
        });
        assertNoWarning();
    }

    @Test
    void opensAPolicyThatComesAfterTheAlarms() {
        Topic topic = new Topic(sandbox.stack(), "Topic");
        AlarmNotices.send(alarm("One"), topic);
        topic.addToResourcePolicy(PolicyStatement.Builder.create()
                .principals(List.of(new ServicePrincipal("events.amazonaws.com")))
                .actions(List.of("sns:Publish"))
                .resources(List.of(topic.getTopicArn()))
                .build());
        assertThat(alarms(only(sandbox.template(), "AWS::SNS::TopicPolicy").path("PolicyDocument")))
                .hasSize(1);
    }

    @Test
    void opensAPolicyThatIsAConstructOfItsOwn() {
        Topic topic = new Topic(sandbox.stack(), "Topic");
        AlarmNotices.send(alarm("One"), topic);
        TopicPolicy.Builder.create(sandbox.stack(), "Policy")
                .topics(List.of(topic))
                .enforceSsl(true)
                .build();
        assertThat(alarms(only(sandbox.template(), "AWS::SNS::TopicPolicy").path("PolicyDocument")))
                .hasSize(1);
    }

    @Test
    void leavesTheDefaultPolicyAlone() {
        AlarmNotices.send(alarm("One"), new Topic(sandbox.stack(), "Topic"));
        assertThat(resources(sandbox.template(), "AWS::SNS::TopicPolicy")).isEmpty();
        assertNoWarning();
    }

    @Test
    void opensTheKeyOfATopic() {
        Topic topic = Topic.Builder.create(sandbox.stack(), "Topic")
                .masterKey(new Key(sandbox.stack(), "Key"))
                .build();
        AlarmNotices.send(alarm("One"), topic);
        AlarmNotices.send(alarm("Two"), topic);
        List<JsonNode> alarms = alarms(only(sandbox.template(), "AWS::KMS::Key").path("KeyPolicy"));
        assertThat(alarms).singleElement().satisfies(statement -> {
            assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
            assertThat(statement.path("Action"))
                    .extracting(JsonNode::asText)
                    .containsExactlyInAnyOrder("kms:Decrypt", "kms:GenerateDataKey*");
        });
        assertNoWarning();
    }

    @Test
    void warnsOfAKeyThatIsNotTheAppsToOpen() {
        Topic topic = Topic.Builder.create(sandbox.stack(), "Topic")
                .masterKey(Alias.fromAliasName(sandbox.stack(), "Key", "alias/aws/sns"))
                .build();
        AlarmNotices.send(alarm("One"), topic);
        assertWarning("/sandbox/Topic", ".*policy of its key is not this app's.*kms:GenerateDataKey.*");
    }

    @Test
    void warnsOfAnImportedTopic() {
        ITopic topic = Topic.fromTopicArn(sandbox.stack(), "Imported", ARN);
        AlarmNotices.send(alarm("One"), topic);
        AlarmNotices.send(alarm("Two"), topic);
        assertWarning("/sandbox/Imported", ".*notify the topic sandbox/Imported.*sns:Publish.*kms:Decrypt.*");
    }

    @Test
    void warnsOfAPolicyThatIsAPlainResource() {
        Topic topic = new Topic(sandbox.stack(), "Topic");
        AlarmNotices.send(alarm("One"), topic);
        CfnTopicPolicy.Builder.create(sandbox.stack(), "Plain")
                .topics(List.of(topic.getTopicArn()))
                .policyDocument(Map.of("Version", "2012-10-17", "Statement", List.of()))
                .build();
        assertWarning("/sandbox/Topic", ".*Its policy sandbox/Plain is a resource.*sns:Publish.*");
    }

    private void assertWarning(String where, String what) {
        assertThat(Annotations.fromStack(sandbox.stack()).findWarning(where, Match.stringLikeRegexp(what)))
                .hasSize(1);
    }

    private void assertNoWarning() {
        assertThat(Annotations.fromStack(sandbox.stack()).findWarning("*", Match.stringLikeRegexp(".*Alarms notify.*")))
                .isEmpty();
    }

    private static List<JsonNode> alarms(JsonNode policy) {
        return StreamSupport.stream(policy.path("Statement").spliterator(), false)
                .filter(statement -> statement.path("Sid").asText().equals("Alarms"))
                .toList();
    }

    private Alarm alarm(String id) {
        return Alarm.Builder.create(sandbox.stack(), id)
                .metric(Metric.Builder.create()
                        .namespace("Test")
                        .metricName("Errors")
                        .build())
                .threshold(1)
                .evaluationPeriods(1)
                .build();
    }
}
