package dev.banhmi.drain;

import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.DeregisterContainerInstanceResponse;
import software.amazon.awssdk.services.ecs.model.InvalidParameterException;

/**
 * Takes a container instance out of its cluster although ECS may believe that it has tasks. ECS does so itself when an instance is
 * terminated, unless its agent is not connected.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeregisterContainerInstance.html">DeregisterContainerInstance</a>
 *     (checked 2026-11-30)
 */
final class Deregistration {

    private static final String CALL = "ecs:DeregisterContainerInstance";

    private Deregistration() {}

    /** One that is out of the cluster already stays so. */
    static void of(String containerInstance, ClusterName cluster, EcsClient ecs, AwsCalls calls) {
        DeregisterContainerInstanceResponse response = calls.make(CALL, () -> {
            try {
                return ecs.deregisterContainerInstance(request -> request.cluster(cluster.value())
                        .containerInstance(containerInstance)
                        .force(true)
                        .overrideConfiguration(calls.options(CALL)));
            } catch (InvalidParameterException e) {
                if (AwsCalls.messageOf(e).contains("not found")) {
                    return DeregisterContainerInstanceResponse.builder()
                            .containerInstance(gone -> gone.containerInstanceArn(containerInstance))
                            .build();
                }
                throw e;
            }
        });
        AwsCalls.require(response.containerInstance() != null, CALL, "containerInstance");
    }
}
