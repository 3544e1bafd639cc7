package dev.banhmi.cdk.review;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.banhmi.cdk.GeneratedFile;
import dev.banhmi.cdk.SynthesizedAssembly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(Lifecycle.PER_CLASS)
class ArchitectureDiagramTest {
    /** Types of which some resource leaves no trace in the diagram of its environment, and why. */
    private static final Map<String, String> NOT_DRAWN = Map.ofEntries(
            entry("AWS::ApplicationAutoScaling::ScalingPolicy", "the range is drawn, what moves within it is not"),
            entry("AWS::EC2::EIP", "belongs to its NAT gateway"),
            entry("AWS::EC2::LaunchTemplate", "drawn only where it decides the instance type"),
            entry("AWS::EC2::RouteTable", "drawn as a tier's way out; a table without routes is none"),
            entry("AWS::EC2::SecurityGroup", "drawn as the load balancer's clients; the others are on the review page"),
            entry("AWS::EC2::SecurityGroupEgress", "on the review page, open ports"),
            entry("AWS::EC2::SecurityGroupIngress", "on the review page, open ports"),
            entry("AWS::EC2::SubnetRouteTableAssociation", "drawn as a tier's way out, as is the table"),
            entry("AWS::EC2::VPCGatewayAttachment", "belongs to the internet gateway"),
            entry("AWS::ECS::Cluster", "a name that services and roles refer to"),
            entry("AWS::ECS::ClusterCapacityProviderAssociations", "the services name their providers"),
            entry("AWS::IAM::InstanceProfile", "belongs to its role"),
            entry("AWS::KMS::Key", "encrypts the topic"),
            entry("AWS::Lambda::EventInvokeConfig", "failed events are drawn by the rules' queue, which is the same"),
            entry("AWS::Lambda::Permission", "what starts a function is drawn by the rules"),
            entry("AWS::Lambda::Version", "drawn as its alias"),
            entry("AWS::S3::BucketPolicy", "on the review page, public things and wildcards"),
            entry("AWS::SNS::TopicPolicy", "on the review page, public things and wildcards"),
            entry("AWS::SQS::QueuePolicy", "on the review page, public things and wildcards"),
            entry("AWS::SSM::Parameter", "the ids of what the service refers to, drawn as what they are of"),
            entry("Custom::ClosedSecurityGroup", "drawn as the function that it calls"),
            entry("Custom::EcsServiceLinkedRole", "drawn as the function that it calls"),
            entry("Custom::ScaleInProtection", "drawn as the function that it calls"),
            entry("Custom::S3AutoDeleteObjects", "drawn as the function that it calls"));

    private final Map<String, Assembly> environments = new LinkedHashMap<>();

    @BeforeAll
    void synthesize(@TempDir Path directory) throws IOException {
        for (String environment : SynthesizedAssembly.environments()) {
            Path out = Files.createDirectories(directory.resolve(environment));
            environments.put(environment, Assembly.read(SynthesizedAssembly.of(environment, out)));
        }
    }

    @Test
    void thePageIsAsCommitted() throws IOException {
        new GeneratedFile(Path.of("../docs/architecture-stack.md")).agreesWith(ArchitectureDiagram.page(environments));
    }

    /** A resource is drawn if the diagram is another one without it. */
    @Test
    void drawsEveryResourceUnlessThereIsAReasonNotTo() {
        Set<String> unseen = new TreeSet<>();
        for (Assembly assembly : environments.values()) {
            String whole = ArchitectureDiagram.mermaid(assembly);
            assembly.resources()
                    .filter(resource -> ArchitectureDiagram.mermaid(without(resource, assembly))
                            .equals(whole))
                    .map(Resource::type)
                    .forEach(unseen::add);
        }
        assertThat(unseen)
                .as("Draw the type, or say in NOT_DRAWN why not; take out of it what is drawn by now")
                .containsExactlyInAnyOrderElementsOf(NOT_DRAWN.keySet());
    }

    private static Assembly without(Resource resource, Assembly assembly) {
        return new Assembly(
                assembly.stacks().stream()
                        .map(stack -> stack.name().equals(resource.stack()) ? without(resource.id(), stack) : stack)
                        .toList(),
                assembly.assets());
    }

    private static StackTemplate without(String id, StackTemplate stack) {
        ObjectNode template = stack.template().deepCopy();
        template.withObject("/Resources").remove(id);
        return new StackTemplate(stack.name(), stack.region(), stack.terminationProtection(), template);
    }

    @Test
    void drawsAllThatItKnows() {
        assertThat(ArchitectureDiagram.mermaid(Templates.everything()))
                .contains(
                        "[\"VPC 10.0.0.0/16, internet gateway, flow logs\"]",
                        "[\"database tier: no way out\"]",
                        "zone 1: 10.0.0.0/22, NAT gateway<br/>zone 2",
                        "zone 3: 10.0.44.0/22",
                        "application, internet-facing",
                        "HTTPS 443, HTTP 80 redirects, for 0.0.0.0/0",
                        "2 to 9 of m7g.large, m6g.large",
                        "ECS drains the instances",
                        "hook: terminating, up to 4100 s, then CONTINUE",
                        "3 to 9 tasks</b><br/>gateway: 1024 CPU units and 3072 MiB each, port 8080",
                        "<b>Interface endpoints</b><br/>ecr.api<br/>ecr.dkr<br/>logs\"",
                        "<b>ECR repository Repository</b><br/>tags immutable<br/>scanned on push",
                        "7 alarms<br/>1 dashboard<br/>2 log groups<br/>1 topic to notify",
                        "EC2 Instance-terminate Lifecycle Action<br/>ECS Container Instance State Change<br/>"
                                + "ECS Task State Change<br/>every minute",
                        "java25, arm64<br/>512 MiB, 55 s<br/>alias live<br/>failed events: DrainLetters",
                        "UpdateContainerInstancesState",
                        "taken by lambda",
                        "ecs: 6 on * if ecs:cluster",
                        "<b>Lambda Helper</b><br/>nodejs22.x, x86_64<br/>128 MiB, 3 s<br/>started by no event",
                        "managed policy AWSLambdaBasicExecutionRole")
                .doesNotContain("outside these stacks", "Effect");
    }

    @Test
    void leadsFromTheLoadBalancerToObjectsImageAndDrain() {
        assertThat(ArchitectureDiagram.mermaid(Templates.everything())
                        .lines()
                        .map(String::strip)
                        .filter(line -> line.contains("-->")))
                .containsExactlyInAnyOrder(
                        "_Balancer -->|\"requests\"| _Service",
                        "_Service -->|\"runs on\"| _Fleet",
                        "_Service -->|\"objects\"| _Gateway_endpoints",
                        "_Gateway_endpoints -->|\"objects\"| _Objects",
                        "_Service -->|\"image\"| _Repository",
                        "_Fleet -->|\"hook\"| _triggers_of_DrainFunction",
                        "_triggers_of_DrainFunction -->|\"starts\"| _DrainFunction",
                        "_DrainFunction -->|\"calls\"| _autoscaling_of_DrainFunction",
                        "_DrainFunction -->|\"calls\"| _ecs_of_DrainFunction");
    }

    @Test
    void drawsNothingThatIsNotThere() {
        Assembly bucket = Templates.assembly("{\"Objects\": {\"Type\": \"AWS::S3::Bucket\"}}");
        assertThat(ArchitectureDiagram.mermaid(bucket))
                .contains(
                        "<b>S3 bucket Objects</b><br/>not encrypted by the template, no versions<br/>goes with its stack")
                .doesNotContain("VPC", "Lambda", "CloudWatch", "ECR", "Roles", "subgraph", "-->", "~~~");
    }

    @Test
    void saysEveryWayOutOfATierWhoseSubnetsDiffer() {
        Assembly everything = Templates.everything();
        Resource route = everything
                .resources("AWS::EC2::Route")
                .filter(one -> one.id().startsWith("privateSubnet2"))
                .findFirst()
                .orElseThrow();
        assertThat(ArchitectureDiagram.mermaid(without(route, everything)))
                .contains("[\"private tier: out through NAT, no way out\"]");
    }

    @Test
    void escapesWhatMermaidOrHtmlWouldInterpret() {
        Flowchart chart = new Flowchart();
        chart.group("watch", "end", "a & b", () -> chart.node("watch", "x-y", "<Bucket.Arn>", List.of("\"#1\"")));
        assertThat(chart.text())
                .contains(
                        "subgraph _end[\"a #amp; b\"]",
                        "_x_y[\"<b>#lt;Bucket.Arn#gt;</b><br/>#quot;#35;1#quot;\"]:::watch");
    }
}
