package dev.banhmi.local.deploy;

import static java.util.Objects.requireNonNull;

import dev.banhmi.testkit.Patience;
import dev.banhmi.testkit.aws.DeployedFunction;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.Role;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The stack in an emulator, looked at with the describe calls of each service. */
final class DeployedStack implements AutoCloseable {

    static final String NAME = "banhmi-local";

    private final SdkHttpClient http =
            UrlConnectionHttpClient.builder().socketTimeout(Patience.HANGS).build();
    private final CloudFormationClient cloudFormation;
    private final IamClient iam;
    private final SqsClient sqs;
    private final S3Client s3;
    private final LambdaClient lambda;
    private final Map<String, String> outputs = new TreeMap<>();

    DeployedStack(URI endpoint) {
        cloudFormation = at(endpoint, CloudFormationClient.builder());
        iam = at(endpoint, IamClient.builder());
        sqs = at(endpoint, SqsClient.builder());
        s3 = at(endpoint, S3Client.builder().forcePathStyle(true));
        lambda = at(endpoint, LambdaClient.builder());
    }

    private <B extends AwsSyncClientBuilder<B, C> & AwsClientBuilder<B, C>, C> C at(URI endpoint, B builder) {
        return builder.endpointOverride(endpoint)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(http)
                .overrideConfiguration(client -> client.retryStrategy(retry -> retry.maxAttempts(1)))
                .build();
    }

    /** A client of ECS elsewhere. */
    EcsClient ecs(URI endpoint) {
        return at(endpoint, EcsClient.builder());
    }

    /** A client of a Lambda elsewhere. */
    LambdaClient lambda(URI endpoint) {
        return at(endpoint, LambdaClient.builder());
    }

    LambdaClient lambda() {
        return lambda;
    }

    S3Client s3() {
        return s3;
    }

    IamClient iam() {
        return iam;
    }

    /** Its status, or that there is none. */
    String status() {
        try {
            List<Stack> stacks = cloudFormation
                    .describeStacks(request -> request.stackName(NAME))
                    .stacks();
            Stack stack = stacks.getFirst();
            stack.outputs().forEach((Output output) -> outputs.put(output.outputKey(), output.outputValue()));
            return stack.stackStatusAsString();
        } catch (CloudFormationException e) {
            return requireNonNull(e.getMessage()).contains("does not exist") ? "NONE" : "unknown: " + e.getMessage();
        }
    }

    String output(String key) {
        return requireNonNull(outputs.get(key), "no output " + key + " in " + outputs);
    }

    List<String> buckets() {
        return s3.listBuckets().buckets().stream()
                .map(Bucket::name)
                .filter(name -> name.startsWith(NAME))
                .toList();
    }

    List<String> queues() {
        return sqs.listQueues(request -> request.queueNamePrefix(NAME)).queueUrls().stream()
                .map(url -> url.substring(url.lastIndexOf('/') + 1))
                .sorted()
                .toList();
    }

    Map<String, String> queue(String name) {
        String url = sqs.getQueueUrl(request -> request.queueName(name)).queueUrl();
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(QueueAttributeName.ALL))
                .attributesAsStrings();
    }

    List<String> roles() {
        return iam.listRoles().roles().stream()
                .map(Role::roleName)
                .filter(name -> name.startsWith(NAME))
                .toList();
    }

    /** The inline policies of the only role with this in its name; documents by name, URL-encoded as IAM has them. */
    Map<String, String> policies(String part) {
        String role = roles().stream().filter(name -> name.contains(part)).collect(Collectors.joining(","));
        return iam.listRolePolicies(request -> request.roleName(role)).policyNames().stream()
                .collect(Collectors.toMap(
                        name -> name,
                        name -> iam.getRolePolicy(
                                        request -> request.roleName(role).policyName(name))
                                .policyDocument()));
    }

    List<String> functions() {
        return lambda.listFunctions().functions().stream()
                .map(function -> function.functionName())
                .filter(name -> name.startsWith(NAME))
                .toList();
    }

    GetFunctionConfigurationResponse function() {
        return lambda.getFunctionConfiguration(request -> request.functionName(output("DrainFunctionName")));
    }

    /** The function as it is configured here, with this code. */
    DeployedFunction deployedFunction(Path code) {
        GetFunctionConfigurationResponse function = function();
        return new DeployedFunction(
                function.functionName(),
                code,
                function.handler(),
                Duration.ofSeconds(function.timeout()),
                function.memorySize(),
                function.environment().variables());
    }

    /** Takes an asset out of the bucket that the function was made from. */
    void fetchAsset(String key, Path target) {
        String bucket = s3.listBuckets().buckets().stream()
                .map(Bucket::name)
                .filter(name -> name.startsWith("cdk-") && name.contains("-assets-"))
                .collect(Collectors.joining(","));
        s3.getObject(request -> request.bucket(bucket).key(key), target);
    }

    @Override
    public void close() {
        lambda.close();
        s3.close();
        sqs.close();
        iam.close();
        cloudFormation.close();
        http.close();
    }
}
