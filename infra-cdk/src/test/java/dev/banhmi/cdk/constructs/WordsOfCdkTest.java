package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.fleet.FleetScaling;
import dev.banhmi.cdk.constructs.fleet.HostPorts;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.network.TieredVpc;
import dev.banhmi.cdk.constructs.observe.ServiceObservability;
import dev.banhmi.cdk.constructs.service.ServiceSandbox;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import dev.banhmi.cdk.constructs.storage.ObjectBucket;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnParameter;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.s3.Bucket;
import software.amazon.awscdk.services.s3.BucketEncryption;
import software.amazon.awscdk.services.s3.IBucket;

/** What CDK says in words of its own, or lets pass until the deployment. */
class WordsOfCdkTest {
    private final Sandbox sandbox = Sandbox.plain();

    @Test
    void aLoadBalancerWritesToNoBucketWithAKey() {
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        for (BucketEncryption encryption : List.of(BucketEncryption.KMS, BucketEncryption.KMS_MANAGED)) {
            IBucket logs = Bucket.Builder.create(sandbox.stack(), encryption.name())
                    .encryption(encryption)
                    .build();
            assertRefused(
                    logged(world, logs)::build,
                    "sandbox: Gateway.accessLogs is sandbox/" + encryption.name()
                            + ", which is encrypted with a KMS key, allowed is a bucket that is encrypted with S3's own"
                            + " keys.");
        }
    }

    @Test
    void aLoadBalancerWritesNoLogsWhereTheRegionIsNotKnown() {
        App app = new App();
        ServiceSandbox world = ServiceSandbox.in(new Sandbox(app, new Stack(app, "anywhere")));
        assertRefused(
                logged(world, new Bucket(world.stack(), "Logs"))::build,
                "anywhere: Gateway.accessLogs is anywhere/Logs, while the region is known only when the stack is"
                        + " deployed, allowed is a bucket, in a stack with a region.");
    }

    @Test
    void aLoadBalancerWritesToNoOtherRegion() {
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Stack far = new Stack(
                sandbox.app(),
                "far",
                StackProps.builder()
                        .env(Environment.builder().region("eu-west-1").build())
                        .build());
        assertRefused(
                logged(world, new Bucket(far, "Logs"))::build,
                "sandbox: Gateway.accessLogs is far/Logs in eu-west-1, allowed is a bucket of the load balancer's"
                        + " region, us-east-1.");
    }

    @Test
    void nobodyWritesThePolicyOfAnImportedBucket() {
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        IBucket logs = Bucket.fromBucketName(sandbox.stack(), "Imported", "logs-of-all");
        logged(world, logs).build();
        ObjectBucket.Builder.create(sandbox.stack(), "Objects").accessLogs(logs).build();
        assertWarning("/sandbox/Gateway/LoadBalancer", ".*sandbox/Imported is not this app's.*AWSLogs.*");
        assertWarning("/sandbox/Objects/Bucket", ".*sandbox/Imported is not this app's.*sandbox/Objects/.*");
    }

    @Test
    void aBucketOfTheAppIsNoReasonToWarn() {
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        IBucket logs = new Bucket(sandbox.stack(), "Logs");
        logged(world, logs).build();
        ObjectBucket.Builder.create(sandbox.stack(), "Objects").accessLogs(logs).build();
        assertThat(Annotations.fromStack(sandbox.stack())
                        .findWarning("*", Match.stringLikeRegexp(".*policy of the bucket.*")))
                .isEmpty();
    }

    @Test
    void s3WritesNoLogsToABucketWithAKey() {
        IBucket logs = Bucket.Builder.create(sandbox.stack(), "Logs")
                .encryption(BucketEncryption.KMS_MANAGED)
                .build();
        assertRefused(
                ObjectBucket.Builder.create(sandbox.stack(), "Objects").accessLogs(logs)::build,
                "sandbox: Objects.accessLogs is sandbox/Logs, which is encrypted with a KMS key");
    }

    @Test
    void aFleetNeedsSubnets() {
        TieredVpc network = TieredVpc.Builder.create(sandbox.stack(), "Network")
                .natGateways(0)
                .build();
        assertRefused(
                fleet("One", network.getVpc())::build,
                "sandbox/One: vpcSubnets is a selection without a subnet of sandbox/Network/Vpc, allowed is one with"
                        + " subnets of that network.");
        IVpc imported = Vpc.fromVpcAttributes(
                sandbox.stack(),
                "Imported",
                VpcAttributes.builder()
                        .vpcId("vpc-0123456789abcdef0")
                        .availabilityZones(List.of("us-east-1a", "us-east-1b"))
                        .build());
        assertRefused(
                fleet("Two", imported)
                        .vpcSubnets(
                                SubnetSelection.builder().subnetGroupName("app").build())::build,
                "sandbox/Two: vpcSubnets is a selection without a subnet of sandbox/Imported");
        assertThat(fleet("Three", network.getVpc())
                        .vpcSubnets(network.getPrivateSubnets())
                        .build())
                .isNotNull();
    }

    /** CDK takes all isolated subnets where no private one has a way out, so those of databases and caches, too. */
    @Test
    void aLoadBalancerIsInOneSubnetOfEachZone() {
        TieredVpc network = TieredVpc.Builder.create(sandbox.stack(), "Network")
                .natGateways(0)
                .build();
        Ec2Fleet fleet = fleet("Fleet", network.getVpc())
                .vpcSubnets(network.getPrivateSubnets())
                .build();
        ZeroDowntimeService.Builder service = service(fleet);
        assertRefused(
                service::build,
                "sandbox: Service.loadBalancerSubnets is more than one subnet of a zone of sandbox/Network/Vpc, allowed"
                        + " is one of each zone. Set loadBalancerSubnets(…), of a TieredVpc network.getPrivateSubnets().");
        service.loadBalancerSubnets(network.getPrivateSubnets()).build();
        assertThat(Sandbox.only(sandbox.template(), "AWS::ElasticLoadBalancingV2::LoadBalancer")
                        .path("Subnets"))
                .hasSize(3);
    }

    @Test
    void aLoadBalancerIsInTwoZones() {
        IVpc small = Vpc.Builder.create(sandbox.stack(), "Small")
                .maxAzs(1)
                .restrictDefaultSecurityGroup(false)
                .build();
        assertRefused(
                service(fleet("Fleet", small).build())::build,
                "sandbox: Service.loadBalancerSubnets is one subnet of sandbox/Small, allowed is one in each of two zones"
                        + " or more.");
    }

    @Test
    void aFleetIsInTheNetworkOfItsCluster() {
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        Cluster cluster = Cluster.Builder.create(sandbox.stack(), "Shared")
                .vpc(world.vpc())
                .build();
        IVpc other = Vpc.Builder.create(sandbox.stack(), "Other")
                .restrictDefaultSecurityGroup(false)
                .build();
        assertRefused(
                fleet("Second", other).cluster(cluster)::build,
                "sandbox/Second: vpc is sandbox/Other, allowed is the cluster's own, sandbox/Vpc.");
    }

    @Test
    void aNumberThatIsATokenIsCalledSo() {
        int token = CfnParameter.Builder.create(sandbox.stack(), "Number")
                .type("Number")
                .build()
                .getValueAsNumber()
                .intValue();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        String what = " is a token, known only when the stack is deployed";
        assertRefused(fleet("Fleet1", world.vpc()).minInstances(token)::build, "minInstances" + what);
        assertRefused(fleet("Fleet2", world.vpc()).rootVolumeGiB(token)::build, "rootVolumeGiB" + what);
        assertRefused(world.bare().plainHttp("a test").cpuUnits(token)::build, "Gateway.cpuUnits" + what);
        assertRefused(TieredVpc.Builder.create(sandbox.stack(), "Net").zones(token)::build, "Net.zones" + what);
        assertRefused(DrainBudget.Builder.create().tasks(token).instances(2)::build, "tasks" + what);
        assertRefused(() -> FleetScaling.managed(token), "targetPercent" + what);
        assertRefused(() -> new HostPorts(token, HostPorts.MOST), "the range" + what);
    }

    @Test
    void aDurationThatIsATokenIsCalledSo() {
        Number token = CfnParameter.Builder.create(sandbox.stack(), "Number")
                .type("Number")
                .build()
                .getValueAsNumber();
        ServiceSandbox world = ServiceSandbox.in(sandbox);
        ZeroDowntimeService service = world.bare().plainHttp("a test").build();
        assertRefused(
                ServiceObservability.Builder.create(sandbox.stack(), "Watch")
                        .service(service)
                        .fleet(world.fleet())
                        .slowResponses(Duration.seconds(token))::build,
                "sandbox: Watch.slowResponses is a token, known only when the stack is deployed");
        assertRefused(
                ObjectBucket.Builder.create(sandbox.stack(), "Objects").versioned(Duration.hours(token))::build,
                "sandbox: Objects.versioned is ");
        assertRefused(
                ObjectBucket.Builder.create(sandbox.stack(), "Objects").unfinishedUploadsKeptFor(Duration.millis(1500))
                        ::build,
                "sandbox: Objects.unfinishedUploadsKeptFor is ");
    }

    private void assertWarning(String where, String what) {
        assertThat(Annotations.fromStack(sandbox.stack()).findWarning(where, Match.stringLikeRegexp(what)))
                .hasSize(1);
    }

    private static void assertRefused(ThrowingCallable what, String words) {
        assertThatThrownBy(what).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(words);
    }

    private static ZeroDowntimeService.Builder logged(ServiceSandbox world, IBucket logs) {
        return world.bare().plainHttp("a test").accessLogs(logs);
    }

    private ZeroDowntimeService.Builder service(Ec2Fleet fleet) {
        return ZeroDowntimeService.Builder.create(sandbox.stack(), "Service")
                .fleet(fleet)
                .image(ServiceImage.repository(
                        Repository.fromRepositoryName(sandbox.stack(), "Images", "app"),
                        "sha256:" + "0".repeat(64),
                        ImageArchitecture.AMD64))
                .budget(DrainBudget.Builder.create().tasks(2).instances(2).build())
                .healthCheckPath("/healthz")
                .plainHttp("a test");
    }

    private Ec2Fleet.Builder fleet(String id, IVpc vpc) {
        return Ec2Fleet.Builder.create(sandbox.stack(), id)
                .vpc(vpc)
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.large"))
                .minInstances(2)
                .maxInstances(4)
                .drain(DrainStrategy.managed());
    }
}
