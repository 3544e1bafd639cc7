package dev.banhmi.gateway.store;

import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/** Where the AWS SDK looks for a region when no setting names one. */
public final class RegionSearch {

    /** All of these, for messages. */
    public static final String PLACES =
            "the places where the AWS SDK looks (AWS_REGION, the profile's file, the instance's metadata)";

    private RegionSearch() {}

    /**
     * Looks in all of them. The last one is a request to a link-local address, which takes seconds where nothing
     * responds.
     *
     * @return the region, empty if none of them has one
     */
    public static Optional<String> find() {
        try {
            return Optional.ofNullable(new DefaultAwsRegionProviderChain().getRegion())
                    .map(Region::id);
        } catch (SdkClientException e) {
            // Says which places are empty, in the words of its classes. A malformed file of profiles ends here, too.
            return Optional.empty();
        }
    }
}
