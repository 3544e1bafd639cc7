package dev.banhmi.cdk.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements that say nothing, or more than they seem to. */
class IamRulesTest {
    private static final String CLUSTER = "arn:aws:ecs:us-east-1:111122223333:cluster/c";

    @ParameterizedTest
    @CsvSource({
        "s3:GetObjects, arn:aws:s3:::b/*, '', there is no action s3:GetObjects",
        "dynamodb:GetItem, *, aws:SourceAccount, there is no action dynamodb:GetItem",
        "ecs:Poll, *, '', ecs:Poll is allowed on * without a condition",
        "ecs:Poll, *, ecs:clusters, ecs:Poll does not know the condition key ecs:clusters",
        "ecs:Poll, " + CLUSTER + ", '', no action here takes " + CLUSTER,
        "s3:GetObject, arn:aws:s3:::b, '', s3:GetObject takes none of [arn:aws:s3:::b]",
        "s3:ListBucket, arn:aws:s3:::b/*, '', s3:ListBucket takes none of [arn:aws:s3:::b/*]",
        "s3:PutObject, arn:aws:s3:::b/*, s3:prefix, s3:PutObject does not know the condition key s3:prefix",
        "ecs:DiscoverPollEndpoint, " + CLUSTER + ", '', ecs:DiscoverPollEndpoint takes none of",
        "logs:PutLogEvents, arn:aws:logs:us-east-1:111122223333:log-group:g, '', logs:PutLogEvents takes none of",
        "sts:AssumeRole, '', aws:SourceAcount, sts:AssumeRole does not know the condition key aws:SourceAcount"
    })
    void findsWhatIsBroken(String action, String resource, String key, String message) throws IOException {
        assertThat(broken(action, resource, key))
                .anyMatch(broken -> broken.startsWith("stack/Policy: ") && broken.contains(message));
    }

    @ParameterizedTest
    @CsvSource({
        "s3:GetObject, arn:aws:s3:::b/*, ''",
        "s3:ListBucket, arn:aws:s3:::b, s3:prefix",
        "s3:*, arn:aws:s3:::b, aws:SecureTransport",
        "ecs:Poll, *, ecs:cluster",
        "ecs:Poll, arn:aws:ecs:us-east-1:111122223333:container-instance/c/*, ''",
        "ecs:DiscoverPollEndpoint, *, ''",
        "logs:PutLogEvents, arn:aws:logs:us-east-1:111122223333:log-group:g:*, ''",
        "logs:DescribeLogStreams, arn:aws:logs:us-east-1:111122223333:log-group:g:*, ''",
        "autoscaling:CompleteLifecycleAction, arn:aws:autoscaling:us-east-1:111122223333:autoScalingGroup:*:autoScalingGroupName/g,"
                + " autoscaling:ResourceTag/drained",
        "sts:AssumeRole, '', aws:SourceArn"
    })
    void acceptsWhatIamUnderstands(String action, String resource, String key) throws IOException {
        assertThat(broken(action, resource, key)).isEmpty();
    }

    @Test
    void listsAsUnavoidableOnlyWhatAwsOffersNothingNarrowerFor() throws IOException {
        IamRules rules = new IamRules(IamData.read());
        assertThat(rules.unavoidable(statement("ecs:DiscoverPollEndpoint", "*", "")))
                .containsExactly("ecs:DiscoverPollEndpoint");
        assertThat(rules.unavoidable(statement("ecs:Poll", "*", ""))).isEmpty();
    }

    private static List<String> broken(String action, String resource, String key) throws IOException {
        return new IamRules(IamData.read()).broken(statement(action, resource, key));
    }

    private static IamStatement statement(String action, String resource, String key) {
        return new IamStatement("stack/Policy", true, List.of(action), some(resource), new TreeSet<>(some(key)));
    }

    private static List<String> some(String text) {
        return text.isEmpty() ? List.of() : List.of(text);
    }
}
