package dev.banhmi.cdk.constructs.service;

import java.util.List;
import java.util.SortedMap;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
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
import software.amazon.awscdk.services.ecs.Protocol;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * The task definition of a service.
 *
 * @param image the image to run
 * @param taskRole the role of its code
 * @param executionRole the role with which ECS starts it
 * @param logs the log group of its output
 * @param cpuUnits the CPU that it reserves
 * @param memoryLimitMiB the memory that it reserves and must not exceed
 * @param port the port that it listens on
 * @param stopTimeout from SIGTERM to SIGKILL
 * @param environment its environment variables, sorted
 */
record ServiceTask(
        ContainerImage image,
        Role taskRole,
        Role executionRole,
        LogGroup logs,
        int cpuUnits,
        int memoryLimitMiB,
        int port,
        Duration stopTimeout,
        SortedMap<String, String> environment) {
    static final String CONTAINER = "service";

    /** An unprivileged user: it owns no file of the image and none of the host. */
    private static final String USER = "10001";

    /*
     * The smallest buffer that lost nothing at up to 2 MiB of log per second in AWS's own test; a transfer must not wait for CloudWatch, as
     * it would in the blocking mode.
     * https://aws.amazon.com/blogs/containers/preventing-log-loss-with-non-blocking-mode-in-the-awslogs-container-log-driver/ (2026-11-22)
     */
    private static final Size LOG_BUFFER = Size.mebibytes(4);

    Ec2TaskDefinition build(Construct scope) {
        Ec2TaskDefinition task = Ec2TaskDefinition.Builder.create(scope, "Task")
                .networkMode(NetworkMode.BRIDGE)
                .taskRole(taskRole)
                .executionRole(executionRole)
                .build();
        LinuxParameters linux = new LinuxParameters(scope, "Linux");
        linux.dropCapabilities(Capability.ALL);
        task.addContainer(
                CONTAINER,
                ContainerDefinitionOptions.builder()
                        .image(image)
                        .essential(true)
                        .cpu(cpuUnits)
                        .memoryLimitMiB(memoryLimitMiB)
                        .user(USER)
                        .privileged(false)
                        .readonlyRootFilesystem(true)
                        .dockerSecurityOptions(List.of("no-new-privileges"))
                        .linuxParameters(linux)
                        .stopTimeout(stopTimeout)
                        // Port 0: the host assigns a free one, so two copies fit on one instance while a deployment
                        // replaces them.
                        .portMappings(List.of(PortMapping.builder()
                                .containerPort(port)
                                .hostPort(0)
                                .protocol(Protocol.TCP)
                                .build()))
                        .environment(environment)
                        .logging(LogDriver.awsLogs(AwsLogDriverProps.builder()
                                .logGroup(logs)
                                .streamPrefix(CONTAINER)
                                .mode(AwsLogDriverMode.NON_BLOCKING)
                                .maxBufferSize(LOG_BUFFER)
                                .build()))
                        .build());
        return task;
    }
}
