package dev.banhmi.cdk.constructs.storage;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.constructs.Sandbox;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.iam.Grant;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.s3.Bucket;

class ObjectBucketTest {
    private static JsonNode byDefault;
    private static JsonNode emptied;

    @BeforeAll
    static void synthesizeOnce() {
        byDefault = template(options -> options);
        emptied = template(options -> options.emptiedWhenDeleted(true));
    }

    @Test
    void isPrivateEncryptedAndWithoutAcls() {
        for (JsonNode bucket : List.of(objects(byDefault), logs(byDefault))) {
            JsonNode properties = bucket.path("Properties");
            assertThat(properties.path("PublicAccessBlockConfiguration"))
                    .hasSize(4)
                    .allMatch(JsonNode::asBoolean);
            assertThat(properties.path("OwnershipControls").toString()).contains("BucketOwnerEnforced");
            assertThat(properties.path("BucketEncryption").toString()).contains("AES256");
            assertThat(properties.has("AccessControl")).isFalse();
        }
    }

    @Test
    void refusesWhateverDoesNotComeOverTls() {
        assertThat(resources(byDefault, "AWS::S3::BucketPolicy"))
                .hasSize(2)
                .allSatisfy(policy -> assertThat(
                                policy.path("Properties").path("PolicyDocument").path("Statement"))
                        .anySatisfy(statement -> {
                            assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
                            assertThat(statement.path("Action").asText()).isEqualTo("s3:*");
                            assertThat(statement.path("Principal").path("AWS").asText())
                                    .isEqualTo("*");
                            assertThat(statement
                                            .path("Condition")
                                            .path("Bool")
                                            .path("aws:SecureTransport")
                                            .asText())
                                    .isEqualTo("false");
                        }));
    }

    @Test
    void staysByDefaultAndBringsNoFunction() {
        assertThat(resources(byDefault, "AWS::S3::Bucket")).hasSize(2).allSatisfy(bucket -> {
            assertThat(bucket.path("DeletionPolicy").asText()).isEqualTo("Retain");
            assertThat(bucket.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
        });
        assertThat(resources(byDefault, "AWS::Lambda::Function")).isEmpty();
    }

    @Test
    void endsUploadsThatNobodyFinishedInAWeek() {
        assertThat(unfinishedUploadDays(byDefault)).isEqualTo(7);
        assertThat(unfinishedUploadDays(template(options -> options.unfinishedUploadsKeptFor(Duration.days(2)))))
                .isEqualTo(2);
    }

    @Test
    void keepsNoOldVersionsByDefault() {
        assertThat(objects(byDefault).path("Properties").has("VersioningConfiguration"))
                .isFalse();
        // Those of a time in which they were kept go as well: S3 keeps them until something expires them.
        JsonNode rule = rules(objects(byDefault)).get(1);
        assertThat(rule.path("NoncurrentVersionExpiration")
                        .path("NoncurrentDays")
                        .asInt())
                .isEqualTo(1);
        assertThat(rule.path("ExpiredObjectDeleteMarker").asBoolean()).isTrue();
        assertThat(rule.path("Status").asText()).isEqualTo("Enabled");
    }

    @Test
    void keepsOldVersionsAsLongAsTold() {
        JsonNode bucket = objects(template(options -> options.versioned(Duration.days(30))));
        assertThat(bucket.path("Properties")
                        .path("VersioningConfiguration")
                        .path("Status")
                        .asText())
                .isEqualTo("Enabled");
        JsonNode rule = rules(bucket).get(1);
        assertThat(rule.path("NoncurrentVersionExpiration")
                        .path("NoncurrentDays")
                        .asInt())
                .isEqualTo(30);
        assertThat(rule.path("ExpiredObjectDeleteMarker").asBoolean()).isTrue();
        assertThat(rule.path("Status").asText()).isEqualTo("Enabled");
    }

    @Test
    void writesEveryRequestToABucketOfItsOwnThatForgetsAfterAQuarter() {
        JsonNode logging = objects(byDefault).path("Properties").path("LoggingConfiguration");
        assertThat(logging.path("DestinationBucketName").path("Ref").asText()).startsWith("ObjectsAccessLogs");
        assertThat(logging.path("LogFilePrefix").asText()).isEqualTo("sandbox/Objects/");
        assertThat(rules(logs(byDefault)).get(0).path("ExpirationInDays").asInt())
                .isEqualTo(90);
        JsonNode kept = template(options -> options.accessLogsKeptFor(Duration.days(400)));
        assertThat(rules(logs(kept)).get(0).path("ExpirationInDays").asInt()).isEqualTo(400);
    }

    @Test
    void letsS3DeliverLogsOfThisAccountAndNobodyElse() {
        assertThat(statements(byDefault, "ObjectsAccessLogs"))
                .filteredOn(statement -> statement.path("Effect").asText().equals("Allow"))
                .singleElement()
                .satisfies(statement -> {
                    assertThat(statement.path("Principal").path("Service").asText())
                            .isEqualTo("logging.s3.amazonaws.com");
                    assertThat(statement.path("Action").asText()).isEqualTo("s3:PutObject");
                    assertThat(statement.path("Resource").toString()).contains("/sandbox/Objects/*");
                    assertThat(statement
                                    .path("Condition")
                                    .path("StringEquals")
                                    .path("aws:SourceAccount")
                                    .path("Ref")
                                    .asText())
                            .isEqualTo("AWS::AccountId");
                });
    }

    @Test
    void writesAccessLogsToTheBucketThatIsGiven() {
        Sandbox sandbox = Sandbox.plain();
        Bucket given = Bucket.Builder.create(sandbox.stack(), "Given").build();
        ObjectBucket objects = ObjectBucket.Builder.create(sandbox.stack(), "Objects")
                .accessLogs(given)
                .build();
        assertThat(objects.getAccessLogs().getNode().getPath()).isEqualTo("sandbox/Given");
        JsonNode template = sandbox.template();
        assertThat(resources(template, "AWS::S3::Bucket")).hasSize(2);
        assertThat(objects(template)
                        .path("Properties")
                        .path("LoggingConfiguration")
                        .path("DestinationBucketName")
                        .path("Ref")
                        .asText())
                .startsWith("Given");
        assertThat(statements(template, "Given")).hasSize(1);
    }

    @Test
    void encryptsWithTheKeyThatIsGivenAndGrantsItsUse() {
        Sandbox sandbox = Sandbox.plain();
        Key key = Key.Builder.create(sandbox.stack(), "Key").build();
        ObjectBucket objects = ObjectBucket.Builder.create(sandbox.stack(), "Objects")
                .encryptionKey(key)
                .build();
        objects.grantRead(role(sandbox));
        JsonNode template = sandbox.template();
        JsonNode rule = objects(template)
                .path("Properties")
                .path("BucketEncryption")
                .path("ServerSideEncryptionConfiguration")
                .path(0);
        assertThat(rule.path("BucketKeyEnabled").asBoolean()).isTrue();
        assertThat(rule.path("ServerSideEncryptionByDefault")
                        .path("KMSMasterKeyID")
                        .toString())
                .contains("Key");
        assertThat(logs(template).toString()).contains("AES256").doesNotContain("aws:kms");
        assertThat(granted(template)).contains("kms:Decrypt on Key961B73FD", "kms:GenerateDataKey on Key961B73FD");
    }

    @Test
    void isDeletedWithEverythingInItWhenToldSo() {
        assertThat(resources(emptied, "AWS::S3::Bucket"))
                .hasSize(2)
                .allMatch(bucket -> bucket.path("DeletionPolicy").asText().equals("Delete"));
        assertThat(resources(emptied, "Custom::S3AutoDeleteObjects"))
                .extracting(resource -> resource.path("Properties")
                        .path("BucketName")
                        .path("Ref")
                        .asText())
                .satisfiesExactlyInAnyOrder(
                        name -> assertThat(name).startsWith("ObjectsBucket"),
                        name -> assertThat(name).startsWith("ObjectsAccessLogs"));
    }

    @Test
    void removesTheObjectsBeforeTheirAccessLogs() {
        String emptier = emptied.path("Resources").properties().stream()
                .filter(resource -> resource.getValue().path("Type").asText().equals("Custom::S3AutoDeleteObjects")
                        && resource.getKey().startsWith("ObjectsAccessLogs"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        assertThat(objects(emptied).path("DependsOn"))
                .extracting(JsonNode::asText)
                .contains(emptier);
    }

    @Test
    void givesTheFunctionThatEmptiesBucketsALogGroupAndNoOtherRight() {
        JsonNode function = only(emptied, "AWS::Lambda::Function");
        String group =
                function.path("LoggingConfig").path("LogGroup").path("Ref").asText();
        JsonNode logGroup = emptied.path("Resources").path(group);
        assertThat(logGroup.path("Properties").path("RetentionInDays").asInt()).isEqualTo(7);
        assertThat(logGroup.path("DeletionPolicy").asText()).isEqualTo("Delete");
        assertThat(function.path("Description").asText())
                .isEqualTo("Empties the buckets of this stack that are deleted");
        JsonNode role = only(emptied, "AWS::IAM::Role");
        assertThat(role.has("ManagedPolicyArns")).isFalse();
        assertThat(role.path("Policies")).hasSize(1);
        JsonNode statements =
                role.path("Policies").path(0).path("PolicyDocument").path("Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.path(0).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("logs:CreateLogStream", "logs:PutLogEvents");
        assertThat(statements
                        .path(0)
                        .path("Resource")
                        .path("Fn::GetAtt")
                        .path(0)
                        .asText())
                .isEqualTo(group);
    }

    @Test
    void sharesTheFunctionWithOtherBucketsOfTheStack() {
        Sandbox sandbox = Sandbox.plain();
        ObjectBucket first = ObjectBucket.Builder.create(sandbox.stack(), "First")
                .emptiedWhenDeleted(true)
                .build();
        ObjectBucket.Builder.create(sandbox.stack(), "Second")
                .accessLogs(first.getAccessLogs())
                .emptiedWhenDeleted(true)
                .build();
        JsonNode template = sandbox.template();
        assertThat(resources(template, "Custom::S3AutoDeleteObjects")).hasSize(3);
        assertThat(resources(template, "AWS::Lambda::Function")).hasSize(1);
        assertThat(resources(template, "AWS::Logs::LogGroup")).hasSize(1);
        // Its description must not make the other buckets wait for the first.
        assertThat(resources(template, "AWS::Lambda::Function").get(0).toString())
                .doesNotContain("FirstBucket");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void grants(String name, BiFunction<ObjectBucket, IGrantable, Grant> grant, Set<String> expected) {
        Sandbox sandbox = Sandbox.plain();
        ObjectBucket objects =
                ObjectBucket.Builder.create(sandbox.stack(), "Objects").build();
        assertThat(grant.apply(objects, role(sandbox)).getSuccess()).isTrue();
        assertThat(granted(sandbox.template())).as(name).isEqualTo(expected);
    }

    static Stream<Arguments> grants() {
        BiFunction<ObjectBucket, IGrantable, Grant> gateway = ObjectBucket::grantReadWriteDelete;
        BiFunction<ObjectBucket, IGrantable, Grant> read = ObjectBucket::grantRead;
        BiFunction<ObjectBucket, IGrantable, Grant> readWrite = ObjectBucket::grantReadWrite;
        return Stream.of(
                Arguments.of(
                        "gateway",
                        gateway,
                        Set.of(
                                "s3:ListBucket on bucket",
                                "s3:ListBucketMultipartUploads on bucket",
                                "s3:GetObject on objects",
                                "s3:PutObject on objects",
                                "s3:DeleteObject on objects",
                                "s3:AbortMultipartUpload on objects",
                                "s3:ListMultipartUploadParts on objects")),
                Arguments.of("read", read, Set.of("s3:ListBucket on bucket", "s3:GetObject on objects")),
                Arguments.of(
                        "readWrite",
                        readWrite,
                        Set.of(
                                "s3:ListBucket on bucket",
                                "s3:GetObject on objects",
                                "s3:PutObject on objects",
                                "s3:DeleteObject on objects",
                                "s3:AbortMultipartUpload on objects")));
    }

    @Test
    void countsBytesAndObjectsOnceADay() {
        ObjectBucket objects =
                ObjectBucket.Builder.create(Sandbox.plain().stack(), "Objects").build();
        assertMetric(objects.metricSizeBytes(), "BucketSizeBytes", "StorageType", "StandardStorage", "Maximum", 86_400);
        assertMetric(
                objects.metricNumberOfObjects(),
                "NumberOfObjects",
                "StorageType",
                "AllStorageTypes",
                "Maximum",
                86_400);
    }

    @Test
    void measuresRequestsWhenToldSo() {
        Sandbox sandbox = Sandbox.plain();
        ObjectBucket objects = ObjectBucket.Builder.create(sandbox.stack(), "Objects")
                .requestMetrics(true)
                .build();
        assertMetric(objects.metric5xxErrors(), "5xxErrors", "FilterId", "EntireBucket", "Sum", 300);
        assertMetric(objects.metric4xxErrors(), "4xxErrors", "FilterId", "EntireBucket", "Sum", 300);
        assertMetric(objects.metricFirstByteLatency(), "FirstByteLatency", "FilterId", "EntireBucket", "p99", 300);
        assertThat(objects(sandbox.template())
                        .path("Properties")
                        .path("MetricsConfigurations")
                        .path(0)
                        .path("Id")
                        .asText())
                .isEqualTo("EntireBucket");
    }

    @ParameterizedTest
    @MethodSource
    void hasNoMetricOfRequestsThatNobodyMeasures(Function<ObjectBucket, Metric> metric) {
        ObjectBucket objects =
                ObjectBucket.Builder.create(Sandbox.plain().stack(), "Objects").build();
        assertThat(objects(byDefault).path("Properties").has("MetricsConfigurations"))
                .isFalse();
        assertThatIllegalStateException()
                .isThrownBy(() -> metric.apply(objects))
                .withMessageStartingWith("sandbox/Objects: ")
                .withMessageContaining("requestMetrics(true)");
    }

    static Stream<Function<ObjectBucket, Metric>> hasNoMetricOfRequestsThatNobodyMeasures() {
        return Stream.of(
                ObjectBucket::metric5xxErrors, ObjectBucket::metric4xxErrors, ObjectBucket::metricFirstByteLatency);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void isTheSameUnderEveryRecommendedFlag(boolean emptiedWhenDeleted) {
        Sandbox recommended = Sandbox.recommended();
        ObjectBucket.Builder.create(recommended.stack(), "Objects")
                .emptiedWhenDeleted(emptiedWhenDeleted)
                .build();
        assertThat(withActionsInOrder(recommended.template()).path("Resources"))
                .isEqualTo(withActionsInOrder(emptiedWhenDeleted ? emptied : byDefault)
                        .path("Resources"));
    }

    /** The stack's flag minimizePolicies sorts the actions that CDK's own statement lists in another order; both mean the same. */
    private static JsonNode withActionsInOrder(JsonNode template) {
        JsonNode copy = template.deepCopy();
        for (JsonNode policy : resources(copy, "AWS::S3::BucketPolicy")) {
            for (JsonNode statement :
                    policy.path("Properties").path("PolicyDocument").path("Statement")) {
                if (statement instanceof ObjectNode object && object.get("Action") instanceof ArrayNode actions) {
                    List<JsonNode> sorted = stream(actions)
                            .sorted(Comparator.comparing(JsonNode::asText))
                            .toList();
                    actions.removeAll().addAll(sorted);
                }
            }
        }
        return copy;
    }

    @Test
    void keepsItsLogicalIds() {
        Set<String> ids = new TreeSet<>();
        emptied.path("Resources").fieldNames().forEachRemaining(ids::add);
        assertThat(ids)
                .containsExactly(
                        "BucketEmptierLogs6FC73F23",
                        "CustomS3AutoDeleteObjectsCustomResourceProviderHandler9D90184F",
                        "CustomS3AutoDeleteObjectsCustomResourceProviderRole3B1BD092",
                        "ObjectsAccessLogs6F43EC79",
                        "ObjectsAccessLogsAutoDeleteObjectsCustomResource2A4FC693",
                        "ObjectsAccessLogsPolicy1489BFCF",
                        "ObjectsBucket5A707942",
                        "ObjectsBucketAutoDeleteObjectsCustomResourceE38F70D1",
                        "ObjectsBucketPolicy61D75411");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void refuses(UnaryOperator<ObjectBucket.Builder> options, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> template(options))
                .withMessageStartingWith("sandbox: Objects.")
                .withMessageContaining(why);
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refusal(
                        options -> options.versioned(Duration.hours(36)),
                        "versioned is 1 day 12 hours, allowed is whole days, at least one"),
                refusal(
                        options -> options.unfinishedUploadsKeptFor(Duration.seconds(0)),
                        "unfinishedUploadsKeptFor is 0 seconds, allowed is whole days, at least one"),
                refusal(
                        options -> options.accessLogsKeptFor(Duration.hours(1)),
                        "accessLogsKeptFor is 1 hour, allowed is whole days, at least one"),
                refusal(
                        options -> {
                            Sandbox sandbox = Sandbox.plain();
                            return options.accessLogs(Bucket.fromBucketName(sandbox.stack(), "Given", "given"))
                                    .accessLogsKeptFor(Duration.days(1));
                        },
                        "accessLogsKeptFor is 1 day, allowed is nothing beside accessLogs"));
    }

    private static Arguments refusal(UnaryOperator<ObjectBucket.Builder> options, String why) {
        return Arguments.of(options, why);
    }

    private static void assertMetric(
            Metric metric, String name, String dimension, String value, String statistic, long seconds) {
        assertThat(metric.getNamespace()).isEqualTo("AWS/S3");
        assertThat(metric.getMetricName()).isEqualTo(name);
        assertThat(Objects.requireNonNull(metric.getDimensions()))
                .containsKey("BucketName")
                .containsEntry(dimension, value);
        assertThat(metric.getStatistic()).isEqualTo(statistic);
        assertThat(metric.getPeriod().toSeconds().longValue()).isEqualTo(seconds);
    }

    private static Role role(Sandbox sandbox) {
        return Role.Builder.create(sandbox.stack(), "Grantee")
                .assumedBy(new ServicePrincipal("ecs-tasks.amazonaws.com"))
                .build();
    }

    private static JsonNode template(UnaryOperator<ObjectBucket.Builder> options) {
        Sandbox sandbox = Sandbox.plain();
        options.apply(ObjectBucket.Builder.create(sandbox.stack(), "Objects")).build();
        return sandbox.template();
    }

    private static JsonNode objects(JsonNode template) {
        return named(template, "ObjectsBucket");
    }

    private static JsonNode logs(JsonNode template) {
        return named(template, "ObjectsAccessLogs");
    }

    private static JsonNode named(JsonNode template, String prefix) {
        return template.path("Resources").properties().stream()
                .filter(resource -> resource.getKey().startsWith(prefix)
                        && resource.getValue().path("Type").asText().equals("AWS::S3::Bucket"))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow();
    }

    private static List<JsonNode> rules(JsonNode bucket) {
        return stream(bucket.path("Properties").path("LifecycleConfiguration").path("Rules"))
                .toList();
    }

    private static int unfinishedUploadDays(JsonNode template) {
        return rules(objects(template))
                .get(0)
                .path("AbortIncompleteMultipartUpload")
                .path("DaysAfterInitiation")
                .asInt();
    }

    private static List<JsonNode> statements(JsonNode template, String bucketPrefix) {
        return resources(template, "AWS::S3::BucketPolicy").stream()
                .map(policy -> policy.path("Properties"))
                .filter(policy -> policy.path("Bucket").path("Ref").asText().startsWith(bucketPrefix))
                .flatMap(policy -> stream(policy.path("PolicyDocument").path("Statement")))
                .toList();
    }

    /** What the only policy of a role allows: each action, and on what. */
    private static Set<String> granted(JsonNode template) {
        Set<String> granted = new TreeSet<>();
        for (JsonNode statement :
                only(template, "AWS::IAM::Policy").path("PolicyDocument").path("Statement")) {
            assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
            JsonNode resource = statement.path("Resource");
            String on = resource.has("Fn::Join") ? "objects" : "bucket";
            if (on.equals("objects")) {
                assertThat(resource.path("Fn::Join").path(1).path(1).asText()).isEqualTo("/*");
            } else if (!resource.path("Fn::GetAtt").path(0).asText().startsWith("ObjectsBucket")) {
                on = resource.path("Fn::GetAtt").path(0).asText();
            }
            JsonNode action = statement.path("Action");
            List<JsonNode> actions = action.isArray() ? stream(action).toList() : List.of(action);
            for (JsonNode each : actions) {
                granted.add(each.asText() + " on " + on);
            }
        }
        return granted;
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
