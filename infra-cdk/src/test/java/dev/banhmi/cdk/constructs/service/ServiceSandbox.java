package dev.banhmi.cdk.constructs.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.EveryApp;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecr.Repository;

/**
 * What a service needs around it: a network, a fleet and an image that need not be built.
 *
 * @param sandbox where it stands
 * @param vpc the network
 * @param fleet two instances or more
 * @param image of the fleet's architecture
 */
public record ServiceSandbox(Sandbox sandbox, Vpc vpc, Ec2Fleet fleet, ServiceImage image) {
    /** The construct's own id, and so how the logical ids of its resources begin. */
    static final String ID = "Gateway";

    private static final String CERTIFICATE =
            "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555";

    /**
     * Builds the construct.
     *
     * @param sandbox an empty one
     * @return everything but the service
     */
    public static ServiceSandbox in(Sandbox sandbox) {
        Stack stack = sandbox.stack();
        Vpc vpc = Vpc.Builder.create(stack, "Vpc")
                .maxAzs(2)
                .natGateways(1)
                .restrictDefaultSecurityGroup(false)
                .build();
        Ec2Fleet fleet = Ec2Fleet.Builder.create(stack, "Fleet")
                .vpc(vpc)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .minInstances(2)
                .maxInstances(4)
                .drain(DrainStrategy.managed())
                .build();
        return new ServiceSandbox(sandbox, vpc, fleet, image(stack, ImageArchitecture.AMD64));
    }

    static ServiceImage image(Stack stack, ImageArchitecture architecture) {
        return image(stack, "Images", architecture);
    }

    static ServiceImage image(Stack stack, String id, ImageArchitecture architecture) {
        return ServiceImage.repository(
                Repository.fromRepositoryName(stack, id, "gateway"), "sha256:" + "0".repeat(64), architecture);
    }

    static DrainBudget.Builder budget() {
        return DrainBudget.Builder.create().tasks(2).instances(2);
    }

    /** {@return a certificate that is referred to, once for each sandbox} */
    public ICertificate certificate() {
        return Certificate.fromCertificateArn(stack(), "Certificate", CERTIFICATE);
    }

    /** A stack beside the first one, for what is to be referred to across stacks. */
    Stack anotherStack() {
        return new Stack(
                sandbox.app(),
                "another",
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }

    /** {@return the scope of a service} */
    public Stack stack() {
        return sandbox.stack();
    }

    /** {@return a service with only the required options, except certificate or plain HTTP} */
    public ZeroDowntimeService.Builder bare() {
        return ZeroDowntimeService.Builder.create(stack(), ID)
                .fleet(fleet)
                .image(image)
                .budget(budget().build())
                .healthCheckPath("/healthz");
    }

    static JsonNode template(UnaryOperator<ZeroDowntimeService.Builder> options) {
        ServiceSandbox world = in(Sandbox.plain());
        options.apply(world.bare().certificate(world.certificate())).build();
        return world.sandbox().template();
    }

    /**
     * A construct's own resources.
     *
     * @param template of the stack
     * @param prefix how their logical ids begin
     * @return sorted by logical id
     */
    public static Map<String, JsonNode> own(JsonNode template, String prefix) {
        Map<String, JsonNode> own = new TreeMap<>();
        template.path("Resources").properties().forEach(resource -> {
            if (resource.getKey().startsWith(prefix)) {
                own.put(resource.getKey(), resource.getValue());
            }
        });
        return own;
    }

    /**
     * The same without what flags may change although it means the same: the order of actions in a statement, and "aws" instead of a
     * reference to the partition in a known region.
     *
     * @param resources by logical id; their actions are sorted
     * @return one text
     */
    public static String meaning(Map<String, JsonNode> resources) {
        StringBuilder meaning = new StringBuilder();
        resources.forEach((id, resource) -> {
            EveryApp.sortActions(resource);
            meaning.append(id).append(' ').append(resource.toPrettyString()).append('\n');
        });
        return meaning.toString().replaceAll("\"arn:\", \\{\\s*\"Ref\" : \"AWS::Partition\"\\s*}, \"", "\"arn:aws");
    }

    /** The logical id of what ties the fleet's capacity to its cluster. */
    static String association(JsonNode template) {
        return template.path("Resources").properties().stream()
                .filter(resource -> resource.getValue()
                        .path("Type")
                        .asText()
                        .equals("AWS::ECS::ClusterCapacityProviderAssociations"))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    /**
     * The first container of the only task.
     *
     * @param template of the stack
     * @return its definition
     */
    public static JsonNode container(JsonNode template) {
        return Sandbox.only(template, "AWS::ECS::TaskDefinition")
                .path("ContainerDefinitions")
                .path(0);
    }

    /** An attribute of a load balancer or a target group; empty if it is not set. */
    static String attribute(JsonNode attributes, String key) {
        for (JsonNode attribute : attributes) {
            if (attribute.path("Key").asText().equals(key)) {
                return attribute.path("Value").asText();
            }
        }
        return "";
    }
}
