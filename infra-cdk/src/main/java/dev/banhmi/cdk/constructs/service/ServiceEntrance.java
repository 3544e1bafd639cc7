package dev.banhmi.cdk.constructs.service;

import dev.banhmi.cdk.constructs.LogBucket;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.services.certificatemanager.ICertificate;
import software.amazon.awscdk.services.ec2.IPeer;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationListener;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationLoadBalancer;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationProtocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.ApplicationTargetGroup;
import software.amazon.awscdk.services.elasticloadbalancingv2.BaseApplicationListenerProps;
import software.amazon.awscdk.services.elasticloadbalancingv2.HealthCheck;
import software.amazon.awscdk.services.elasticloadbalancingv2.IpAddressType;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerAction;
import software.amazon.awscdk.services.elasticloadbalancingv2.ListenerCertificate;
import software.amazon.awscdk.services.elasticloadbalancingv2.Protocol;
import software.amazon.awscdk.services.elasticloadbalancingv2.RedirectOptions;
import software.amazon.awscdk.services.elasticloadbalancingv2.SslPolicy;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetGroupLoadBalancingAlgorithmType;
import software.amazon.awscdk.services.elasticloadbalancingv2.TargetType;
import software.amazon.awscdk.services.s3.IBucket;
import software.constructs.Construct;

/**
 * The load balancer, its listener and its target group: how requests reach the tasks.
 *
 * @param loadBalancer what clients connect to
 * @param listener the listener that they connect to
 * @param targetGroup the tasks that receive the requests
 */
record ServiceEntrance(
        ApplicationLoadBalancer loadBalancer, ApplicationListener listener, ApplicationTargetGroup targetGroup) {
    /*
     * AWS's recommendation and its console's default: TLS 1.3 and 1.2 without CBC, with post-quantum key exchange for clients that offer
     * it. CloudFormation's default is ELBSecurityPolicy-2016-08, which allows TLS 1.0.
     * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html (checked 2026-11-22)
     */
    private static final SslPolicy TLS = SslPolicy.TLS13_12_RES_PQ;

    /**
     * The listener of port 80, whether it forwards or redirects: under another id, CloudFormation would make the new one while the old one
     * has the port, and fail (https://github.com/aws/aws-cdk/issues/13901, checked 2026-11-30).
     */
    private static final String PLAIN = "Http";

    /**
     * The target group's own port, which nothing is sent to: each task has one that the host assigned. The same for every container port,
     * because another one would replace the group: the listener would forward to one without targets until the service has started tasks for it.
     */
    private static final int PLACEHOLDER = 8080;

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    /*
     * The budget relies on them: two checks 10 s apart and a timeout of 5 s until a new task is healthy. Three failures take one out of
     * service, so that a single pause of a JVM does not.
     */
    private static final Duration CHECK_INTERVAL = Duration.seconds(10);

    private static final Duration CHECK_TIMEOUT = Duration.seconds(5);
    private static final int CHECKS_UNTIL_HEALTHY = 2;
    private static final int CHECKS_UNTIL_UNHEALTHY = 3;

    /** The caller's choices for the entrance. */
    record Choices(
            @Nullable ICertificate certificate,
            boolean internetFacing,
            @Nullable SubnetSelection subnets,
            List<IPeer> clients,
            boolean deletionProtection,
            @Nullable IBucket accessLogs,
            String healthCheckPath) {}

    static ServiceEntrance build(Construct scope, IVpc vpc, DrainBudget budget, Choices choices) {
        ApplicationLoadBalancer.Builder builder = ApplicationLoadBalancer.Builder.create(scope, "LoadBalancer")
                .vpc(vpc)
                .internetFacing(choices.internetFacing())
                .ipAddressType(IpAddressType.IPV4)
                .idleTimeout(Duration.seconds(budget.albIdleTimeout().toSeconds()))
                .dropInvalidHeaderFields(true)
                .deletionProtection(choices.deletionProtection());
        if (choices.subnets() != null) {
            builder.vpcSubnets(choices.subnets());
        }
        ApplicationLoadBalancer loadBalancer = builder.build();
        if (choices.accessLogs() != null) {
            logTo(loadBalancer, choices.accessLogs());
        }
        ApplicationTargetGroup targets = targetGroup(scope, vpc, budget, choices);
        ApplicationListener listener = choices.certificate() == null
                ? listener(
                        loadBalancer, PLAIN, HTTP, ApplicationProtocol.HTTP, ListenerAction.forward(List.of(targets)))
                : https(loadBalancer, choices.certificate(), targets);
        for (IPeer client : choices.clients()) {
            listener.getConnections().allowDefaultPortFrom(client, "Clients");
            if (choices.certificate() != null) {
                loadBalancer.getConnections().allowFrom(client, Port.tcp(HTTP), "Clients that are sent on to HTTPS");
            }
        }
        return new ServiceEntrance(loadBalancer, listener, targets);
    }

    private static void logTo(ApplicationLoadBalancer loadBalancer, IBucket bucket) {
        loadBalancer.logAccessLogs(bucket);
        if (bucket.getPolicy() == null) {
            LogBucket.warn(
                    loadBalancer,
                    bucket,
                    "Unless it lets Elastic Load Balancing s3:PutObject on"
                            + " AWSLogs/<the account>/*, the load balancer cannot be made, \"Access Denied for bucket\":"
                            + " https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html");
        }
    }

    private static ApplicationListener https(
            ApplicationLoadBalancer loadBalancer, ICertificate certificate, ApplicationTargetGroup targets) {
        ApplicationListener plain = listener(
                loadBalancer,
                PLAIN,
                HTTP,
                ApplicationProtocol.HTTP,
                ListenerAction.redirect(RedirectOptions.builder()
                        .protocol("HTTPS")
                        .port(Integer.toString(HTTPS))
                        .permanent(true)
                        .build()));
        ApplicationListener https = loadBalancer.addListener(
                "Https",
                BaseApplicationListenerProps.builder()
                        .port(HTTPS)
                        .protocol(ApplicationProtocol.HTTPS)
                        .certificates(List.of(ListenerCertificate.fromCertificateManager(certificate)))
                        .sslPolicy(TLS)
                        .open(false)
                        .defaultAction(ListenerAction.forward(List.of(targets)))
                        .build());
        // Where a service gets its certificate, port 80 forwards until now: if it let go first, no listener would have
        // the target group, and its targets would be unused.
        plain.getNode().addDependency(https);
        return https;
    }

    private static ApplicationListener listener(
            ApplicationLoadBalancer loadBalancer,
            String id,
            int port,
            ApplicationProtocol protocol,
            ListenerAction action) {
        return loadBalancer.addListener(
                id,
                BaseApplicationListenerProps.builder()
                        .port(port)
                        .protocol(protocol)
                        // CDK's own default is open to the world.
                        .open(false)
                        .defaultAction(action)
                        .build());
    }

    private static ApplicationTargetGroup targetGroup(Construct scope, IVpc vpc, DrainBudget budget, Choices choices) {
        return ApplicationTargetGroup.Builder.create(scope, "Targets")
                .vpc(vpc)
                .targetType(TargetType.INSTANCE)
                .port(PLACEHOLDER)
                .protocol(ApplicationProtocol.HTTP)
                .deregistrationDelay(
                        Duration.seconds(budget.deregistrationDelay().toSeconds()))
                // Transfers last from milliseconds to minutes, so the number of requests does not tell which task is
                // busy.
                .loadBalancingAlgorithmType(TargetGroupLoadBalancingAlgorithmType.LEAST_OUTSTANDING_REQUESTS)
                .healthCheck(HealthCheck.builder()
                        .protocol(Protocol.HTTP)
                        .path(choices.healthCheckPath())
                        // The port that the host assigned.
                        .port("traffic-port")
                        .healthyHttpCodes("200")
                        .interval(CHECK_INTERVAL)
                        .timeout(CHECK_TIMEOUT)
                        .healthyThresholdCount(CHECKS_UNTIL_HEALTHY)
                        .unhealthyThresholdCount(CHECKS_UNTIL_UNHEALTHY)
                        .build())
                .build();
    }
}
