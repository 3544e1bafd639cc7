package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.DeploymentConfig;
import dev.banhmi.cdk.GatewayImage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.AwsLogDriverMode;
import software.amazon.awscdk.services.ecs.AwsLogDriverProps;
import software.amazon.awscdk.services.ecs.Capability;
import software.amazon.awscdk.services.ecs.ContainerDefinitionOptions;
import software.amazon.awscdk.services.ecs.ContainerImage;
import software.amazon.awscdk.services.ecs.Ec2TaskDefinition;
import software.amazon.awscdk.services.ecs.LinuxParameters;
import software.amazon.awscdk.services.ecs.LogDriver;
import software.amazon.awscdk.services.ecs.NetworkMode;
import software.amazon.awscdk.services.ecs.PortMapping;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.amazon.awscdk.services.s3.Bucket;
import software.constructs.Construct;

/*
 * The gateway decides nothing yet about who may call it: BANHMI_ACCESS_ALLOW_OPEN says so in the container, and therefore the load
 * balancer is reachable from the VPC only.
 */
/** One copy of the gateway: its image, its settings, what it may do to the bucket, and nothing else it may do. */
final class GatewayTask {
    static final int CONTAINER_PORT = 8080;
    static final String CONTAINER_NAME = "gateway";
    private static final String USER = "10001";

    private final Construct scope;

    GatewayTask(Construct scope) {
        this.scope = scope;
    }

    Ec2TaskDefinition build(DeploymentConfig config, GatewayImage image, Bucket bucket) {
        Ec2TaskDefinition task = Ec2TaskDefinition.Builder.create(scope, "Task")
                .family("banhmi-" + config.environment() + "-gateway")
                .networkMode(NetworkMode.BRIDGE)
                .taskRole(taskRole(bucket))
                .build();
        task.addContainer(
                CONTAINER_NAME,
                ContainerDefinitionOptions.builder()
                        .image(ContainerImage.fromTarball(image.tar().toString()))
                        .cpu(config.taskCpuUnits())
                        .memoryLimitMiB(config.taskMemoryMebibytes())
                        .user(USER)
                        .privileged(false)
                        .readonlyRootFilesystem(true)
                        .dockerSecurityOptions(List.of("no-new-privileges"))
                        .linuxParameters(withoutCapabilities())
                        .stopTimeout(GatewayTimes.STOP_TIMEOUT)
                        // Port 0: the host gives a free one, so two copies fit on one instance while a deployment
                        // replaces them.
                        .portMappings(List.of(PortMapping.builder()
                                .containerPort(CONTAINER_PORT)
                                .hostPort(0)
                                .build()))
                        .environment(environment(config, bucket))
                        .logging(logs())
                        .build());
        return task;
    }

    private Map<String, String> environment(DeploymentConfig config, Bucket bucket) {
        // Sorted: the order of Map.of differs from one JVM to the next, and would be a change in every deployment.
        return new TreeMap<>(Map.of(
                "SPRING_PROFILES_ACTIVE",
                "aws",
                "BANHMI_ACCESS_ALLOW_OPEN",
                "true",
                "BANHMI_S3_REGION",
                config.region(),
                "SERVER_TOMCAT_KEEP_ALIVE_TIMEOUT",
                GatewayTimes.KEEP_ALIVE.toSeconds() + "s",
                "BANHMI_TRANSFER_MAX_REQUEST_DURATION",
                GatewayTimes.LONGEST_TRANSFER.toSeconds() + "s",
                "SPRING_APPLICATION_JSON",
                servedBuckets(bucket)));
    }

    private String servedBuckets(Bucket bucket) {
        return Stack.of(scope)
                .toJsonString(Map.of(
                        "banhmi", Map.of("buckets", Map.of(bucket.getBucketName(), Map.of("key-layout", "hashed")))));
    }

    private LinuxParameters withoutCapabilities() {
        LinuxParameters parameters = new LinuxParameters(scope, "Linux");
        parameters.dropCapabilities(Capability.ALL);
        return parameters;
    }

    private LogDriver logs() {
        LogGroup group = LogGroup.Builder.create(scope, "Logs")
                .retention(RetentionDays.ONE_MONTH)
                .removalPolicy(RemovalPolicy.RETAIN)
                .build();
        return LogDriver.awsLogs(AwsLogDriverProps.builder()
                .logGroup(group)
                .streamPrefix(CONTAINER_NAME)
                // A transfer must not wait for CloudWatch.
                .mode(AwsLogDriverMode.NON_BLOCKING)
                .build());
    }

    private Role taskRole(Bucket bucket) {
        PolicyDocument objects = PolicyDocument.Builder.create()
                .statements(List.of(
                        PolicyStatement.Builder.create()
                                // Without ListBucket, S3 answers 403 instead of 404 for what is not there.
                                .actions(List.of("s3:ListBucket", "s3:ListBucketMultipartUploads"))
                                .resources(List.of(bucket.getBucketArn()))
                                .build(),
                        PolicyStatement.Builder.create()
                                .actions(List.of(
                                        "s3:GetObject",
                                        "s3:PutObject",
                                        "s3:DeleteObject",
                                        "s3:AbortMultipartUpload",
                                        "s3:ListMultipartUploadParts"))
                                .resources(List.of(bucket.arnForObjects("*")))
                                .build()))
                .build();
        return Role.Builder.create(scope, "TaskRole")
                .description("The gateway: the objects of its bucket")
                .assumedBy(new PrincipalWithConditions(
                        new ServicePrincipal("ecs-tasks.amazonaws.com"),
                        Map.of(
                                "StringEquals",
                                Map.of("aws:SourceAccount", Stack.of(scope).getAccount()))))
                .inlinePolicies(Map.of("objects", objects))
                .build();
    }
}
