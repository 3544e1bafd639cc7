package dev.banhmi.cdk.constructs.network;

import static dev.banhmi.cdk.constructs.Sandbox.only;
import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.network.TieredVpc.Tier;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.ec2.FlowLogTrafficType;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.logs.RetentionDays;

class TieredVpcTest {
    private static final String FLOW_LOGS = "NetworkFlowLogs2BEC3212";

    private static JsonNode byDefault;

    @BeforeAll
    static void synthesizeTheDefault() {
        byDefault = template(options -> options);
    }

    @Test
    void hasTheAddressesOf2018ByDefault() {
        assertThat(only(byDefault, "AWS::EC2::VPC").path("CidrBlock").asText()).isEqualTo("10.1.0.0/16");
        assertThat(ranges(byDefault, "public")).containsExactly("10.1.0.0/22", "10.1.4.0/22", "10.1.8.0/22");
        assertThat(ranges(byDefault, "private")).containsExactly("10.1.28.0/22", "10.1.32.0/22", "10.1.36.0/22");
        assertThat(ranges(byDefault, "database")).containsExactly("10.1.48.0/22", "10.1.52.0/22", "10.1.56.0/22");
        assertThat(ranges(byDefault, "cache")).containsExactly("10.1.60.0/22", "10.1.64.0/22", "10.1.68.0/22");
    }

    @Test
    void leavesTheZonesToTheDeployment() {
        for (String tier : List.of("public", "private", "database", "cache")) {
            assertThat(subnets(byDefault, tier))
                    .extracting(subnet -> subnet.path("AvailabilityZone").toString())
                    .containsExactly(zone(0), zone(1), zone(2));
        }
    }

    @Test
    void putsNoMadeUpZoneIntoAStackThatNamesItsAccount() {
        App app = new App();
        Stack stack = new Stack(
                app,
                "sandbox",
                StackProps.builder()
                        .env(Environment.builder()
                                .account("111122223333")
                                .region("eu-central-1")
                                .build())
                        .build());
        TieredVpc.Builder.create(stack, "Network").build();
        assertThat(new Sandbox(app, stack).template().toString()).doesNotContain("dummy");
    }

    @Test
    void givesNothingAPublicAddressByItself() {
        assertThat(resources(byDefault, "AWS::EC2::Subnet"))
                .noneMatch(subnet ->
                        subnet.path("Properties").path("MapPublicIpOnLaunch").asBoolean());
    }

    @Test
    void namesHostsThroughItsOwnResolver() {
        JsonNode vpc = only(byDefault, "AWS::EC2::VPC");
        assertThat(vpc.path("EnableDnsSupport").asBoolean()).isTrue();
        assertThat(vpc.path("EnableDnsHostnames").asBoolean()).isTrue();
    }

    @Test
    void hasANatGatewayInEveryZoneByDefault() {
        assertThat(resources(byDefault, "AWS::EC2::NatGateway")).hasSize(3);
        assertThat(defaultRoutes(byDefault, "NatGatewayId")).hasSize(3).doesNotHaveDuplicates();
        assertThat(resources(byDefault, "AWS::EC2::VPCEndpoint")).hasSize(1);
    }

    @Test
    void sendsAllZonesThroughOneNatGatewayWhenToldSo() {
        JsonNode template = template(options -> options.natGateways(1));
        assertThat(resources(template, "AWS::EC2::NatGateway")).hasSize(1);
        assertThat(defaultRoutes(template, "NatGatewayId")).hasSize(3);
        assertThat(new TreeSet<>(defaultRoutes(template, "NatGatewayId"))).hasSize(1);
    }

    @Test
    void givesDatabasesAndCachesNoWayOut() {
        // Three public and three private subnets have one; the other six have no default route at all.
        assertThat(resources(byDefault, "AWS::EC2::Route")).hasSize(6);
        assertThat(resources(byDefault, "AWS::EC2::RouteTable")).hasSize(12);
    }

    @Test
    void reachesAwsThroughEndpointsWhereThereIsNoNatGateway() {
        JsonNode template = template(options -> options.natGateways(0));
        assertThat(resources(template, "AWS::EC2::NatGateway")).isEmpty();
        assertThat(resources(template, "AWS::EC2::EIP")).isEmpty();
        assertThat(services(template))
                .containsExactly(
                        "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "logs", "s3", "ssm", "ssmmessages");
        assertThat(interfaceEndpoints(template)).allSatisfy(endpoint -> {
            assertThat(endpoint.path("PrivateDnsEnabled").asBoolean()).isTrue();
            assertThat(endpoint.path("SubnetIds"))
                    .hasSize(3)
                    .allMatch(subnet -> subnet.toString().contains("privateSubnet"));
        });
    }

    @Test
    void lets443FromTheNetworkReachTheEndpointsAndNothingElse() {
        JsonNode template = template(options -> options.natGateways(0));
        JsonNode group = only(template, "AWS::EC2::SecurityGroup");
        assertThat(group.path("SecurityGroupIngress")).hasSize(1);
        JsonNode rule = group.path("SecurityGroupIngress").path(0);
        assertThat(rule.path("FromPort").asInt()).isEqualTo(443);
        assertThat(rule.path("ToPort").asInt()).isEqualTo(443);
        assertThat(rule.path("CidrIp").path("Fn::GetAtt").path(1).asText()).isEqualTo("CidrBlock");
        assertThat(group.path("SecurityGroupEgress").toString()).contains("255.255.255.255/32");
        assertThat(resources(template, "AWS::EC2::SecurityGroupIngress")).isEmpty();
    }

    /** In plain CDK the endpoint has no policy, and so lets anyone on the network write to anyone's bucket. */
    @Test
    void letsNobodyWriteToBucketsOfOthers() {
        Sandbox plain = Sandbox.plain();
        Vpc.Builder.create(plain.stack(), "Vpc")
                .gatewayEndpoints(Map.of(
                        "S3",
                        GatewayVpcEndpointOptions.builder()
                                .service(GatewayVpcEndpointAwsService.S3)
                                .build()))
                .build();
        assertThat(Sandbox.only(plain.template(), "AWS::EC2::VPCEndpoint").has("PolicyDocument"))
                .isFalse();

        JsonNode statements = Sandbox.only(
                        template(options -> options.bucketAccounts("210987654321")), "AWS::EC2::VPCEndpoint")
                .path("PolicyDocument")
                .path("Statement");
        assertThat(statements).hasSize(2);
        assertThat(statements.at("/0/Action").asText()).isEqualTo("s3:*");
        assertThat(statements
                        .at("/0/Condition/StringEquals/aws:ResourceAccount")
                        .toString())
                .isEqualTo("[{\"Ref\":\"AWS::AccountId\"},\"210987654321\"]");
        assertThat(statements.at("/1/Action").toString())
                .isEqualTo("[\"s3:GetObject\",\"s3:GetObjectVersion\",\"s3:ListBucket\"]");
        assertThatThrownBy(() -> template(options -> options.bucketAccounts("mine")))
                .hasMessageContaining("bucketAccounts is \"mine\", allowed is 12 digits");
    }

    @Test
    void hasNoSessionEndpointsWhenNobodyWantsThem() {
        assertThat(services(template(options -> options.natGateways(0).sessionManager(false))))
                .doesNotContain("ssm", "ssmmessages")
                .contains("ecs-agent");
    }

    @Test
    void hasEndpointsBesideNatGatewaysWhenToldSo() {
        JsonNode template = template(options -> options.interfaceEndpoints(true));
        assertThat(interfaceEndpoints(template)).hasSize(8);
        assertThat(resources(template, "AWS::EC2::NatGateway")).hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void reachesS3FromEveryTierThroughItsOwnEndpoint(int natGateways) {
        JsonNode template = template(options -> options.natGateways(natGateways));
        assertThat(resources(template, "AWS::EC2::VPCEndpoint"))
                .map(endpoint -> endpoint.path("Properties"))
                .filteredOn(
                        endpoint -> endpoint.path("VpcEndpointType").asText().equals("Gateway"))
                .singleElement()
                .satisfies(
                        endpoint -> assertThat(endpoint.path("RouteTableIds")).hasSize(12));
    }

    @Test
    void recordsWhatIsRejectedForAMonthAndKeepsTheRecord() {
        JsonNode flowLog = only(byDefault, "AWS::EC2::FlowLog");
        assertThat(flowLog.path("TrafficType").asText()).isEqualTo("REJECT");
        assertThat(flowLog.path("LogDestinationType").asText()).isEqualTo("cloud-watch-logs");
        JsonNode group = byDefault.path("Resources").path(FLOW_LOGS);
        assertThat(group.at("/Properties/RetentionInDays").asInt()).isEqualTo(30);
        assertThat(group.path("DeletionPolicy").asText()).isEqualTo("Retain");
    }

    @Test
    void recordsEveryFlowWhereItIsToldTo() {
        JsonNode template = template(options -> options.flowLogTraffic(FlowLogTrafficType.ALL));
        assertThat(only(template, "AWS::EC2::FlowLog").path("TrafficType").asText())
                .isEqualTo("ALL");
    }

    @Test
    void keepsFlowsAsLongAsToldAndNoLongerThanTheNetwork() {
        JsonNode template = template(options ->
                options.flowLogRetention(RetentionDays.ONE_WEEK).flowLogRemovalPolicy(RemovalPolicy.DESTROY));
        JsonNode group = template.path("Resources").path(FLOW_LOGS);
        assertThat(group.at("/Properties/RetentionInDays").asInt()).isEqualTo(7);
        assertThat(group.path("DeletionPolicy").asText()).isEqualTo("Delete");
    }

    @Test
    void letsFlowLogsOfThisAccountWriteToTheirGroupOnly() {
        JsonNode role =
                byDefault.path("Resources").path("NetworkFlowLogRole4C0B2D1D").path("Properties");
        assertThat(role.path("AssumeRolePolicyDocument").toString())
                .contains("vpc-flow-logs.amazonaws.com")
                .contains("\"aws:SourceAccount\":{\"Ref\":\"AWS::AccountId\"}")
                .contains(":vpc-flow-log/*");
        JsonNode statements =
                role.path("Policies").path(0).path("PolicyDocument").path("Statement");
        assertThat(statements).hasSize(1);
        assertThat(statements.path(0).path("Action"))
                .extracting(JsonNode::asText)
                .containsExactly("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents");
        assertThat(statements.path(0).path("Resource"))
                .hasSize(2)
                .allMatch(resource -> resource.toString().contains("NetworkFlowLogs2BEC3212"));
        assertThat(resources(byDefault, "AWS::IAM::Policy")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 6})
    void hasASubnetOfEveryTierInEveryZone(int zones) {
        JsonNode template = template(options -> options.zones(zones));
        assertThat(resources(template, "AWS::EC2::Subnet")).hasSize(4 * zones);
        List<Cidr> all = resources(template, "AWS::EC2::Subnet").stream()
                .map(subnet -> Cidr.parse(
                                subnet.path("Properties").path("CidrBlock").asText())
                        .orElseThrow())
                .toList();
        Cidr vpc = Cidr.parse("10.1.0.0/16").orElseThrow();
        assertThat(all).allMatch(vpc::contains);
        assertThat(all)
                .allSatisfy(subnet ->
                        assertThat(all.stream().filter(subnet::overlaps)).containsExactly(subnet));
    }

    @Test
    void givesEverySubnetA64thOfTheNetworkByDefault() {
        JsonNode template = template(options -> options.cidr("192.168.0.0/20"));
        assertThat(ranges(template, "public")).containsExactly("192.168.0.0/26", "192.168.0.64/26", "192.168.0.128/26");
        assertThat(ranges(template, "cache")).last().isEqualTo("192.168.4.64/26");
    }

    @Test
    void givesSubnetsTheSizesThatAreSaid() {
        JsonNode template = template(options -> options.subnetMask(24).zones(2).subnetMask(Tier.PRIVATE, 20));
        assertThat(ranges(template, "public")).containsExactly("10.1.0.0/24", "10.1.1.0/24");
        assertThat(ranges(template, "private")).containsExactly("10.1.16.0/20", "10.1.32.0/20");
        assertThat(ranges(template, "database")).containsExactly("10.1.64.0/24", "10.1.65.0/24");
        assertThat(ranges(template, "cache")).containsExactly("10.1.66.0/24", "10.1.67.0/24");
    }

    @Test
    void givesSubnetsTheExactAddressesThatAreSaid() {
        JsonNode template = template(TieredVpcTest::exact);
        assertThat(ranges(template, "public")).containsExactly("10.1.240.0/24", "10.1.1.0/24");
        assertThat(ranges(template, "private")).containsExactly("10.1.128.0/19", "10.1.160.0/19");
        assertThat(ranges(template, "database")).containsExactly("10.1.4.0/28", "10.1.4.16/28");
        assertThat(ranges(template, "cache")).containsExactly("10.1.5.0/26", "10.1.5.64/26");
    }

    @Test
    void selectsTheSubnetsOfEachTier() {
        Sandbox sandbox = Sandbox.plain();
        TieredVpc network = TieredVpc.Builder.create(sandbox.stack(), "Network").build();
        Map<String, SubnetSelection> tiers = Map.of(
                "public", network.getPublicSubnets(),
                "private", network.getPrivateSubnets(),
                "database", network.getDatabaseSubnets(),
                "cache", network.getCacheSubnets());
        tiers.forEach((name, selection) -> assertThat(
                        network.getVpc().selectSubnets(selection).getSubnets())
                .hasSize(3)
                .allMatch(subnet -> subnet.getNode().getId().startsWith(name + "Subnet")));
        assertThat(network.getFlowLogGroup().getNode().getPath()).isEqualTo("sandbox/Network/FlowLogs");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void isTheSameUnderEveryRecommendedFlag(int natGateways) {
        Sandbox recommended = Sandbox.recommended();
        TieredVpc.Builder.create(recommended.stack(), "Network")
                .natGateways(natGateways)
                .build();
        assertThat(recommended.template().path("Resources"))
                .isEqualTo(template(options -> options.natGateways(natGateways)).path("Resources"));
    }

    @Test
    void keepsItsLogicalIds() {
        Set<String> ids = new TreeSet<>();
        template(options -> options.zones(2).natGateways(0))
                .path("Resources")
                .fieldNames()
                .forEachRemaining(ids::add);
        assertThat(ids)
                .containsExactly(
                        "NetworkDefaultSecurityGroup664770F6",
                        "NetworkDefaultSecurityGroupFunctionD91C7992",
                        "NetworkDefaultSecurityGroupLog931CA8C0",
                        "NetworkDefaultSecurityGroupRole973AF44C",
                        "NetworkEndpointSecurityGroup6DEF6240",
                        "NetworkFlowLogRole4C0B2D1D",
                        "NetworkFlowLogs2BEC3212",
                        "NetworkVpc7FB7348F",
                        "NetworkVpcEcrApi2346E672",
                        "NetworkVpcEcrDocker3B9231AE",
                        "NetworkVpcEcs64D05E31",
                        "NetworkVpcEcsAgentE3A4FE26",
                        "NetworkVpcEcsTelemetryBEFB427D",
                        "NetworkVpcFlowLog9B71FB8D",
                        "NetworkVpcIGW6BEA7B02",
                        "NetworkVpcLogs87827AD6",
                        "NetworkVpcS334FC449B",
                        "NetworkVpcSsmD1505451",
                        "NetworkVpcSsmMessages02018EB8",
                        "NetworkVpcVPCGW8F3799B5",
                        "NetworkVpccacheSubnet1RouteTableAssociation53796245",
                        "NetworkVpccacheSubnet1RouteTableC877B034",
                        "NetworkVpccacheSubnet1Subnet1609E014",
                        "NetworkVpccacheSubnet2RouteTable1518275C",
                        "NetworkVpccacheSubnet2RouteTableAssociationE5C0230A",
                        "NetworkVpccacheSubnet2Subnet9DCD2C0F",
                        "NetworkVpcdatabaseSubnet1RouteTable8CA988C4",
                        "NetworkVpcdatabaseSubnet1RouteTableAssociationE6B60F39",
                        "NetworkVpcdatabaseSubnet1Subnet20641EE5",
                        "NetworkVpcdatabaseSubnet2RouteTable67850959",
                        "NetworkVpcdatabaseSubnet2RouteTableAssociationBD2F511B",
                        "NetworkVpcdatabaseSubnet2Subnet8C27A689",
                        "NetworkVpcprivateSubnet1RouteTableABBAAF01",
                        "NetworkVpcprivateSubnet1RouteTableAssociation4A0BC0F2",
                        "NetworkVpcprivateSubnet1Subnet9EC58498",
                        "NetworkVpcprivateSubnet2RouteTable53A5479A",
                        "NetworkVpcprivateSubnet2RouteTableAssociation22F8344A",
                        "NetworkVpcprivateSubnet2Subnet6E5E8804",
                        "NetworkVpcpublicSubnet1DefaultRoute19622567",
                        "NetworkVpcpublicSubnet1RouteTableAssociation203B743E",
                        "NetworkVpcpublicSubnet1RouteTableDFE49ED6",
                        "NetworkVpcpublicSubnet1Subnet00617657",
                        "NetworkVpcpublicSubnet2DefaultRouteF6C22611",
                        "NetworkVpcpublicSubnet2RouteTable216E89B0",
                        "NetworkVpcpublicSubnet2RouteTableAssociationA4B52C34",
                        "NetworkVpcpublicSubnet2SubnetDCAA7C9A");
    }

    @ParameterizedTest(name = "{1}")
    @MethodSource
    void refuses(UnaryOperator<TieredVpc.Builder> options, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> template(options))
                .withMessageStartingWith("sandbox: Network.")
                .withMessageContaining(why);
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                refusal(options -> options.zones(1), "zones is 1, allowed is 2 to 6. "),
                refusal(options -> options.zones(7), "zones is 7, allowed is 2 to 6. "),
                refusal(options -> options.natGateways(2), "natGateways is 2, allowed is 0, 1 or 3. "),
                refusal(options -> options.natGateways(-1), "natGateways is -1, allowed is 0, 1 or 3. "),
                refusal(
                        options -> options.natGateways(0).interfaceEndpoints(false),
                        "interfaceEndpoints is false, allowed is true while natGateways is 0. Without either, no"
                                + " instance"
                                + " reaches ecr.api, ecr.dkr, ecs, ecs-agent, ecs-telemetry, logs, ssm, ssmmessages"),
                refusal(
                        options -> options.cidr("10.1.0.0/15"),
                        "cidr is 10.1.0.0/15, allowed is a range of /16 to /28"),
                refusal(options -> options.cidr("10.1.0.1/16"), "cidr is 10.1.0.1/16"),
                refusal(options -> options.cidr("${Token[TOKEN.7]}"), "cidr is ${Token[TOKEN.7]}"),
                refusal(options -> options.cidr("10.1.0.0/24"), "subnetMask of public is 30, allowed is 16 to 28"),
                refusal(options -> options.subnetMask(29), "subnetMask of public is 29, allowed is 16 to 28"),
                refusal(
                        options -> options.subnetMask(Tier.CACHE, 15),
                        "subnetMask of cache is 15, allowed is 16 to 28"),
                refusal(
                        options -> options.subnetMask(19),
                        "subnetMask is [10.2.0.0/19, 10.2.32.0/19, 10.2.128.0/19, 10.2.160.0/19, 10.2.192.0/19,"
                                + " 10.2.224.0/19,"
                                + " 10.3.0.0/19, 10.3.32.0/19], allowed is what is inside 10.1.0.0/16"),
                refusal(
                        options -> exact(options).subnetMask(24),
                        "subnetMask is {PUBLIC=24, PRIVATE=24, DATABASE=24, CACHE=24}, allowed is nothing beside"
                                + " subnetCidrs"),
                refusal(
                        options -> exact(options).zones(3),
                        "subnetCidrs of public is [10.1.240.0/24, 10.1.1.0/24], allowed is as many ranges as zones: 3"),
                refusal(
                        options -> options.subnetCidrs(Tier.PUBLIC, "10.1.0.0/24", "10.1.1.0/24", "10.1.2.0/24"),
                        "subnetCidrs of private is [], allowed is as many ranges as zones: 3"),
                refusal(
                        options -> exact(options).subnetCidrs(Tier.CACHE, "10.1.5.0/26", "10.1.5.0/29"),
                        "subnetCidrs of cache is 10.1.5.0/29, allowed is a range of /16 to /28"),
                refusal(
                        options -> exact(options).subnetCidrs(Tier.CACHE, "10.1.5.0/26", "10.2.5.0/26"),
                        "subnetCidrs is [10.2.5.0/26], allowed is what is inside 10.1.0.0/16"),
                refusal(
                        options -> exact(options).subnetCidrs(Tier.CACHE, "10.1.5.0/26", "10.1.4.0/26"),
                        "subnetCidrs is [10.1.4.0/26], allowed is what no other subnet has"));
    }

    private static Arguments refusal(UnaryOperator<TieredVpc.Builder> options, String why) {
        return Arguments.of(options, why);
    }

    private static TieredVpc.Builder exact(TieredVpc.Builder options) {
        return options.zones(2)
                .subnetCidrs(Tier.PUBLIC, "10.1.240.0/24", "10.1.1.0/24")
                .subnetCidrs(Tier.PRIVATE, "10.1.128.0/19", "10.1.160.0/19")
                .subnetCidrs(Tier.DATABASE, "10.1.4.0/28", "10.1.4.16/28")
                .subnetCidrs(Tier.CACHE, "10.1.5.0/26", "10.1.5.64/26");
    }

    private static JsonNode template(UnaryOperator<TieredVpc.Builder> options) {
        Sandbox sandbox = Sandbox.plain();
        options.apply(TieredVpc.Builder.create(sandbox.stack(), "Network")).build();
        return sandbox.template();
    }

    private static List<JsonNode> subnets(JsonNode template, String tier) {
        return resources(template, "AWS::EC2::Subnet").stream()
                .map(subnet -> subnet.path("Properties"))
                .filter(subnet -> StreamSupport.stream(subnet.path("Tags").spliterator(), false)
                        .anyMatch(tag -> tag.path("Key").asText().equals("aws-cdk:subnet-name")
                                && tag.path("Value").asText().equals(tier)))
                .toList();
    }

    private static List<String> ranges(JsonNode template, String tier) {
        return subnets(template, tier).stream()
                .map(subnet -> subnet.path("CidrBlock").asText())
                .toList();
    }

    private static List<String> defaultRoutes(JsonNode template, String target) {
        return resources(template, "AWS::EC2::Route").stream()
                .map(route -> route.path("Properties"))
                .filter(route -> route.path("DestinationCidrBlock").asText().equals("0.0.0.0/0") && route.has(target))
                .map(route -> route.path(target).toString())
                .toList();
    }

    private static List<JsonNode> interfaceEndpoints(JsonNode template) {
        return resources(template, "AWS::EC2::VPCEndpoint").stream()
                .map(endpoint -> endpoint.path("Properties"))
                .filter(endpoint -> endpoint.path("VpcEndpointType").asText().equals("Interface"))
                .toList();
    }

    /** The endpoints' services, without the prefix of their region. */
    private static Set<String> services(JsonNode template) {
        Set<String> names = new TreeSet<>();
        for (JsonNode endpoint : resources(template, "AWS::EC2::VPCEndpoint")) {
            JsonNode name = endpoint.path("Properties").path("ServiceName");
            String last = name.isTextual()
                    ? name.asText()
                    : name.path("Fn::Join").path(1).path(2).asText();
            names.add(last.replaceFirst("^(com\\.amazonaws\\.us-east-1)?\\.", ""));
        }
        return names;
    }

    private static String zone(int index) {
        return "{\"Fn::Select\":[" + index + ",{\"Fn::GetAZs\":\"\"}]}";
    }
}
