package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The buckets that this gateway serves: those in its configuration and no others. Immutable. */
public final class Buckets {

    /** Enough for a laptop, where the hint matters. */
    private static final int NAMED = 20;

    private final Map<String, Bucket> byName;
    private final boolean named;

    /**
     * The buckets of a configuration.
     *
     * @param properties settings by bucket name
     * @param named whether the refusal of an unknown bucket names those that are served; everyone may know them then
     */
    public Buckets(Map<String, BucketProperties> properties, boolean named) {
        this.named = named;
        Map<String, Bucket> buckets = new TreeMap<>();
        properties.forEach((name, settings) -> buckets.put(name, settings.toBucket(name)));
        this.byName = Collections.unmodifiableMap(buckets);
    }

    /**
     * The bucket of a name.
     *
     * @param name as the caller gave it
     * @return the bucket
     * @throws GatewayException {@link ErrorCode#BUCKET_NOT_FOUND} when it is not served here
     */
    public Bucket require(String name) {
        Bucket bucket = byName.get(name);
        if (bucket == null) {
            throw new GatewayException(
                    ErrorCode.BUCKET_NOT_FOUND,
                    "The bucket " + Shown.quoted(name) + " is not served here" + (named ? served() : "") + ".");
        }
        return bucket;
    }

    /**
     * All of them.
     *
     * @return in the order of their names
     */
    public List<Bucket> all() {
        return List.copyOf(byName.values());
    }

    private String served() {
        return byName.keySet().stream().limit(NAMED).collect(Collectors.joining(", ", "; these are: ", ""))
                + (byName.size() > NAMED ? " and " + (byName.size() - NAMED) + " more" : "");
    }
}
