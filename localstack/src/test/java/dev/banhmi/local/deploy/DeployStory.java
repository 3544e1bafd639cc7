package dev.banhmi.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.backend.RunningBackend;
import dev.banhmi.testkit.aws.DeployedDrain;
import dev.banhmi.testkit.aws.DeployedFunction;
import dev.banhmi.testkit.aws.MotoServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The whole way of the stack through one emulator, because its steps are one story: what was deployed is what is invoked and what has to
 * be gone. Where an emulator lacks something, the step says so and fails when it has it.
 */
public final class DeployStory {

    private static final String INSTANCE = "i-0leaving";
    private static final Path DRAIN_JAR = Path.of("..", "lambda-drain", "target", "banhmi-drain.jar");
    private static final Path TEMPLATE =
            Path.of("..", "infra-cdk", "target", "cdk.out.local", "banhmi-local.template.json");

    private DeployStory() {}

    /**
     * Starts a fresh emulator, deploys the stack, describes it, has its drain drain an instance, and removes the stack. One story at a time:
     * the script has one directory for what it synthesizes.
     *
     * @param backend one that has CloudFormation: moto or LocalStack
     * @throws IllegalArgumentException when it emulates S3 alone
     */
    public static synchronized void walk(Backend backend) {
        try (LocalAws aws = LocalAws.Kind.valueOf(backend.name()).start();
                DeployedStack stack = new DeployedStack(aws.endpoint())) {
            LocalDeploy.Outcome deployed = LocalDeploy.run(aws.endpointOnTheCommandLine());
            assertThat(deployed.exitCode()).as(deployed.output()).isZero();
            assertThat(stack.status()).as(deployed.output()).isEqualTo("CREATE_COMPLETE");
            assertThat(deployed.output())
                    .contains("ObjectsBucketName = " + stack.output("ObjectsBucketName"))
                    .contains("DrainFunctionName = " + stack.output("DrainFunctionName"));

            hasTheBucket(aws, stack);
            hasTheQueues(stack);
            hasTheRoles(stack);
            hasTheFunction(aws, stack);
            drainsAnInstance(aws, stack);

            LocalDeploy.Outcome destroyed = LocalDeploy.run("--destroy", aws.endpointOnTheCommandLine());
            assertThat(destroyed.exitCode()).as(destroyed.output()).isZero();
            leftNothing(stack);
        }
    }

    private static void hasTheBucket(LocalAws aws, DeployedStack stack) {
        String bucket = stack.output("ObjectsBucketName");
        assertThat(stack.buckets()).hasSize(2).contains(bucket);
        assertThat(stack.s3()
                        .getBucketEncryption(request -> request.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .rules())
                .singleElement()
                .satisfies(rule -> assertThat(
                                rule.applyServerSideEncryptionByDefault().sseAlgorithmAsString())
                        .isEqualTo("AES256"));
        // Neither keeps it; on AWS it is what ends unfinished uploads.
        assertThatThrownBy(() -> stack.s3().getBucketLifecycleConfiguration(request -> request.bucket(bucket)))
                .isInstanceOf(S3Exception.class)
                .hasMessageContaining("lifecycle configuration does not exist");
        // Who closes it to the public is not looked at: moto keeps nothing of it, LocalStack the same for every bucket.
        if (aws.kind().keepsPoliciesOfBuckets()) {
            assertThat(stack.s3()
                            .getBucketPolicy(request -> request.bucket(bucket))
                            .policy())
                    .contains("aws:SecureTransport");
        } else {
            assertThatThrownBy(() -> stack.s3().getBucketPolicy(request -> request.bucket(bucket)))
                    .isInstanceOf(S3Exception.class);
        }
    }

    private static void hasTheQueues(DeployedStack stack) {
        assertThat(stack.queues()).hasSize(3).contains("banhmi-local-events", "banhmi-local-events-failed");
        Map<String, String> events = stack.queue("banhmi-local-events");
        JsonNode redrive = JsonNode.parser().parse(events.getOrDefault("RedrivePolicy", "{}"));
        assertThat(redrive.field("maxReceiveCount").orElseThrow().toString()).contains("3");
        assertThat(redrive.field("deadLetterTargetArn").orElseThrow().asString())
                .isEqualTo(stack.queue("banhmi-local-events-failed").get("QueueArn"));
        assertThat(events).containsEntry("SqsManagedSseEnabled", "true");
        assertThat(stack.output("EventsQueueUrl")).endsWith("/banhmi-local-events");
    }

    private static void hasTheRoles(DeployedStack stack) {
        assertThat(stack.roles()).hasSize(2);
        assertThat(stack.policies("GatewayRole").values())
                .singleElement()
                .satisfies(policy -> assertThat(URLDecoder.decode(policy, StandardCharsets.UTF_8))
                        .contains("s3:AbortMultipartUpload")
                        .contains(stack.output("ObjectsBucketName") + "/*"));
        Map<String, String> drain = stack.policies("DrainRole");
        assertThat(drain).containsOnlyKeys("drain", "runtime");
        assertThat(URLDecoder.decode(drain.getOrDefault("drain", ""), StandardCharsets.UTF_8))
                .contains("autoscaling:CompleteLifecycleAction")
                .contains("autoScalingGroupName/banhmi-local")
                .contains(":cluster/banhmi-local");
    }

    private static void hasTheFunction(LocalAws aws, DeployedStack stack) {
        GetFunctionConfigurationResponse function = stack.function();
        JsonNode template = template();
        assertThat(function.handler()).isEqualTo(text(template, "Handler"));
        assertThat(function.runtimeAsString()).isEqualTo(text(template, "Runtime"));
        assertThat(function.description()).isEqualTo(text(template, "Description"));
        assertThat(function.timeout().toString())
                .isEqualTo(template.field("Timeout").orElseThrow().asNumber());
        assertThat(function.memorySize().toString())
                .isEqualTo(template.field("MemorySize").orElseThrow().asNumber());
        Map<String, JsonNode> variables = template.field("Environment")
                .flatMap(environment -> environment.field("Variables"))
                .orElseThrow()
                .asObject();
        Map<String, String> configured = function.environment().variables();
        assertThat(configured).containsOnlyKeys(variables.keySet());
        assertThat(configured.get("BANHMI_CLUSTER"))
                .startsWith("arn:aws:ecs:us-east-1:")
                .endsWith(":cluster/banhmi-local");
        variables.forEach((name, value) -> {
            if (value.isString()) {
                assertThat(configured).containsEntry(name, value.asString());
            }
        });
        assertThat(function.role()).contains("DrainRole");
        assertThat(function.codeSha256()).isEqualTo(sha256(DRAIN_JAR));
        // moto knows one architecture only.
        assertThat(function.architecturesAsStrings())
                .containsExactly(aws.kind().keepsArchitectures() ? "arm64" : "x86_64");
        // Neither takes it from the template; it works on published versions, of which there is none.
        assertThat(function.snapStart().applyOnAsString()).isEqualTo("None");
    }

    private static void drainsAnInstance(LocalAws aws, DeployedStack stack) {
        Path code = LocalAws.newDirectory().resolve("drain.jar");
        stack.fetchAsset(text(template().field("Code").orElseThrow(), "S3Key"), code);
        assertThat(sha256(code)).isEqualTo(stack.function().codeSha256());
        DeployedFunction function = stack.deployedFunction(code);
        try (MotoServer moto = MotoServer.start();
                DeployedDrain drain = DeployedDrain.start(moto.uri(), function);
                EcsClient ecs = stack.ecs(moto.uri())) {
            RunningBackend.requireLoopback(drain.invokeEndpoint());
            String containerInstance = drain.addInstance(INSTANCE);
            assertThat(status(ecs, containerInstance)).isEqualTo("ACTIVE");
            String notice = drain.terminate(INSTANCE);
            try (LambdaClient lambda = lambda(aws, stack, drain.invokeEndpoint(), notice)) {
                succeeds(invoke(lambda, function, notice), drain);
                assertThat(status(ecs, containerInstance)).as(drain.log()).isEqualTo("DRAINING");
                assertThat(drain.lifecycleState(INSTANCE)).isEqualTo("Terminating:Wait");

                // A task is left: the instance still waits.
                succeeds(invoke(lambda, function, notice), drain);
                assertThat(drain.lifecycleState(INSTANCE)).isEqualTo("Terminating:Wait");
            }
        }
    }

    /** The emulator's own, where it runs functions; else that of the runtime, and the emulator has to refuse. */
    private static LambdaClient lambda(LocalAws aws, DeployedStack stack, URI invokeEndpoint, String event) {
        if (aws.kind().runsFunctions()) {
            aws.runFunctionsAt(invokeEndpoint);
            return stack.lambda(aws.endpoint());
        }
        DeployedFunction function = stack.deployedFunction(DRAIN_JAR);
        // moto runs functions in Docker only, in images that know no Java 25; it calls that the handler's failure.
        InvokeResponse refused = invoke(stack.lambda(), function, event);
        assertThat(refused.functionError()).as(refused.payload().asUtf8String()).isEqualTo("Handled");
        return stack.lambda(invokeEndpoint);
    }

    private static InvokeResponse invoke(LambdaClient lambda, DeployedFunction function, String event) {
        return lambda.invoke(request -> request.functionName(function.name()).payload(SdkBytes.fromUtf8String(event)));
    }

    private static void succeeds(InvokeResponse response, DeployedDrain drain) {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError())
                .as(response.payload().asUtf8String() + drain.log())
                .isNull();
    }

    private static String status(EcsClient ecs, String containerInstance) {
        return ecs.describeContainerInstances(
                        request -> request.cluster(DeployedStack.NAME).containerInstances(containerInstance))
                .containerInstances()
                .getFirst()
                .status();
    }

    private static void leftNothing(DeployedStack stack) {
        // moto keeps a removed stack in its list for a name.
        assertThat(stack.status()).isIn("NONE", "DELETE_COMPLETE");
        assertThat(stack.buckets()).isEmpty();
        assertThat(stack.queues()).isEmpty();
        assertThat(stack.roles()).isEmpty();
        assertThat(stack.functions()).isEmpty();
    }

    /** The properties of the function in the template. */
    private static JsonNode template() {
        try {
            return JsonNode.parser()
                    .parse(Files.readString(TEMPLATE))
                    .field("Resources")
                    .orElseThrow()
                    .asObject()
                    .values()
                    .stream()
                    .filter(resource -> text(resource, "Type").equals("AWS::Lambda::Function"))
                    .findFirst()
                    .flatMap(resource -> resource.field("Properties"))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(JsonNode node, String field) {
        return node.field(field).orElseThrow().asString();
    }

    private static String sha256(Path file) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
