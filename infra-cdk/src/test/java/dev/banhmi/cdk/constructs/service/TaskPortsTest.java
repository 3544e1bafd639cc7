package dev.banhmi.cdk.constructs.service;

import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecs.Cluster;
import software.constructs.Construct;

/** Two fleets in one cluster: the load balancer of a service reaches the instances of its own, whichever was there first. */
class TaskPortsTest {
    private static final String PORTS = "61000-65535";

    private final Sandbox sandbox = Sandbox.plain();
    private final ServiceSandbox world = ServiceSandbox.in(sandbox);
    private final Cluster cluster =
            Cluster.Builder.create(sandbox.stack(), "Shared").vpc(world.vpc()).build();

    @Test
    void aServiceThatComesLastReachesOnlyItsOwnFleet() {
        Ec2Fleet one = fleet("One");
        service(sandbox.stack(), "OfOne", one);
        Ec2Fleet other = fleet("Other");
        service(sandbox.stack(), "OfOther", other);
        assertRules();
    }

    @Test
    void soDoBothWhereBothFleetsAreThereBefore() {
        Ec2Fleet one = fleet("One");
        Ec2Fleet other = fleet("Other");
        service(sandbox.stack(), "OfOther", other);
        service(sandbox.stack(), "OfOne", one);
        assertRules();
    }

    @Test
    void andWhereAServiceIsOfAnotherStack() {
        fleet("One");
        Ec2Fleet other = fleet("Other");
        Stack elsewhere = world.anotherStack();
        service(elsewhere, "OfOther", other);
        sandbox.app().synth();
        JsonNode template = new Sandbox(sandbox.app(), elsewhere).template();
        assertThat(ingress(template)).singleElement().satisfies(rule -> {
            assertThat(ports(rule)).isEqualTo(PORTS);
            assertThat(rule.path("GroupId").toString()).contains("OtherSecurityGroup");
        });
        assertThat(egress(template))
                .hasSize(1)
                .allSatisfy(rule -> assertThat(
                                rule.path("DestinationSecurityGroupId").toString())
                        .contains("OtherSecurityGroup"));
    }

    private void assertRules() {
        JsonNode template = sandbox.template();
        Map<String, String> reached = new TreeMap<>();
        for (JsonNode rule : ingress(template)) {
            assertThat(ports(rule)).isEqualTo(PORTS);
            String before = reached.put(group(rule, "SourceSecurityGroupId"), group(rule, "GroupId"));
            assertThat(before).as("a second group that a load balancer reaches").isNull();
        }
        Map<String, String> left = new TreeMap<>();
        for (JsonNode rule : egress(template)) {
            assertThat(ports(rule)).isEqualTo(PORTS);
            String before = left.put(group(rule, "GroupId"), group(rule, "DestinationSecurityGroupId"));
            assertThat(before)
                    .as("a second group that a load balancer may send to")
                    .isNull();
        }
        assertThat(left).isEqualTo(reached).hasSize(2);
        reached.forEach((balancer, instances) -> assertThat(instances)
                .startsWith(balancer.startsWith("OfOther") ? "OtherSecurityGroup" : "OneSecurityGroup"));
    }

    private static List<JsonNode> ingress(JsonNode template) {
        return rules(template, "AWS::EC2::SecurityGroupIngress");
    }

    private static List<JsonNode> egress(JsonNode template) {
        return rules(template, "AWS::EC2::SecurityGroupEgress");
    }

    private static List<JsonNode> rules(JsonNode template, String type) {
        return resources(template, type).stream()
                .map(rule -> rule.path("Properties"))
                .toList();
    }

    private static String group(JsonNode rule, String property) {
        return rule.path(property).path("Fn::GetAtt").path(0).asText();
    }

    private static String ports(JsonNode rule) {
        return rule.path("FromPort").asInt() + "-" + rule.path("ToPort").asInt();
    }

    private Ec2Fleet fleet(String id) {
        return Ec2Fleet.Builder.create(sandbox.stack(), id)
                .vpc(world.vpc())
                .cluster(cluster)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .minInstances(2)
                .maxInstances(4)
                .drain(DrainStrategy.managed())
                .build();
    }

    private void service(Construct scope, String id, Ec2Fleet fleet) {
        ZeroDowntimeService.Builder.create(scope, id)
                .fleet(fleet)
                .image(ServiceSandbox.image(Stack.of(scope), "Images" + id, ImageArchitecture.AMD64))
                .budget(ServiceSandbox.budget().build())
                .healthCheckPath("/healthz")
                .plainHttp("a test")
                .build();
    }
}
