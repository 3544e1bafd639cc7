package dev.banhmi.drain;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DescribeServicesResponse;
import software.amazon.awssdk.services.ecs.model.SchedulingStrategy;
import software.amazon.awssdk.services.ecs.model.Service;

/** The services of a cluster whose tasks ECS keeps on each instance. */
final class DaemonServices {

    private static final String CALL = "ecs:DescribeServices";

    private DaemonServices() {}

    /** The names of the daemons among these. */
    static Set<String> among(Collection<String> services, ClusterName cluster, EcsClient ecs, AwsCalls calls) {
        Set<String> daemons = new LinkedHashSet<>();
        for (List<String> batch : Batches.of(services, DaemonReads.BATCH)) {
            DescribeServicesResponse response = calls.ask(
                    CALL,
                    () -> ecs.describeServices(request -> request.cluster(cluster.value())
                            .services(batch)
                            .overrideConfiguration(calls.options(CALL))));
            AwsCalls.require(response.hasServices(), CALL, "services");
            EcsCluster.missingOnly(CALL, response.failures());
            response.services().stream()
                    .filter(service -> service.schedulingStrategy() == SchedulingStrategy.DAEMON)
                    .map(Service::serviceName)
                    .forEach(daemons::add);
        }
        return daemons;
    }
}
