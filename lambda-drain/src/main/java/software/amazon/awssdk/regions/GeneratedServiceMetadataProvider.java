package software.amazon.awssdk.regions;

import software.amazon.awssdk.regions.servicemetadata.AutoscalingServiceMetadata;
import software.amazon.awssdk.regions.servicemetadata.EcsServiceMetadata;

/**
 * Takes the place of the SDK's class of this name in our jar. The SDK's own describes the endpoints of some 300 services, and the
 * first client that is built loads a class for each: a sixth of a cold start and 0.7 MB for two services that are called.
 *
 * <p>For a service that it does not know the SDK asks its general rules, as it does with services newer than itself.
 */
public final class GeneratedServiceMetadataProvider implements ServiceMetadataProvider {

    /** Called by the SDK. */
    public GeneratedServiceMetadataProvider() {}

    @Override
    public ServiceMetadata serviceMetadata(String endpointPrefix) {
        return switch (endpointPrefix) {
            case "autoscaling" -> new AutoscalingServiceMetadata();
            case "ecs" -> new EcsServiceMetadata();
            default -> null;
        };
    }
}
