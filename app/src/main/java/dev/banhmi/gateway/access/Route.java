package dev.banhmi.gateway.access;

import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the target of a request means, path and query. It is read once from the raw target, before anybody refuses the
 * request, and everybody who wants to know takes {@link #of this value}: metrics, rules and endpoints. None of them
 * looks at the target again, so none can see another object in it than the rules have judged.
 *
 * <p>{@link Targets} has the grammar, {@link Rules} says what each kind needs.
 */
public sealed interface Route {

    /** The list of all buckets. */
    String BUCKETS = "/v1/objects";

    /** The root of the {@code /v1} API. */
    String ROOT = BUCKETS + "/";

    /**
     * Whether the process lives or is ready.
     *
     * @param template its path
     */
    record Probe(String template) implements Route {}

    /** What the load balancer polls. */
    record Health() implements Route {}

    /** All buckets. */
    record BucketList() implements Route {}

    /**
     * All objects of a bucket.
     *
     * @param bucket as the caller wrote it, decoded; whether it is served is not decided here
     */
    record Listing(String bucket) implements Route {}

    /**
     * Objects of a bucket that the body names, to be deleted.
     *
     * @param bucket as the caller wrote it, decoded; whether it is served is not decided here
     */
    record Deletion(String bucket) implements Route {}

    /**
     * One object.
     *
     * @param bucket as the caller wrote it, decoded; whether it is served is not decided here
     * @param name checked by {@link ObjectName}
     */
    record Named(String bucket, ObjectName name) implements Route {

        /**
         * The path of this object.
         *
         * @return percent-encoded so that no hop has a reason to change it
         */
        public String encoded() {
            return ROOT + ObjectName.encode(bucket) + '/' + name.encoded();
        }
    }

    /**
     * One object of the 2018 API.
     *
     * @param verb what is done with it
     * @param bucket as the caller wrote it, decoded, not empty; whether it is served is not decided here
     * @param key as the caller wrote it, decoded, not empty
     */
    record LegacyNamed(LegacyVerb verb, String bucket, String key) implements Route {}

    /**
     * A request of the 2018 API whose query does not say which object.
     *
     * @param verb what would be done with it
     * @param reason for the caller, where the query says it more than once; null where it does not say it at all
     */
    record LegacyIncomplete(LegacyVerb verb, @Nullable GatewayException reason) implements Route {}

    /** Upload of the 2018 API; its body says what. */
    record LegacyUpload() implements Route {}

    /**
     * A bucket or an object that is not possible.
     *
     * @param reason for the caller
     */
    record Malformed(GatewayException reason) implements Route {}

    /**
     * Nobody's.
     *
     * @param isV1 whether it is below {@code /v1}, whose refusals have another shape
     */
    record Unowned(boolean isV1) implements Route {}

    /**
     * The route of a request.
     *
     * @param request whose target is read when it is asked for the first time, and never again
     * @return always the same for the same request
     */
    static Route of(HttpServletRequest request) {
        String attribute = Route.class.getName();
        if (request.getAttribute(attribute) instanceof Route known) {
            return known;
        }
        Route route = Targets.parse(request.getRequestURI(), request.getQueryString());
        request.setAttribute(attribute, route);
        return route;
    }

    /**
     * What a path would mean as the target of a request, for fields that name an object like a path.
     *
     * @param path percent-encoded, without a query
     * @return what {@link #of} would return for a request for it
     */
    static Route ofPath(String path) {
        return Targets.parse(path, null);
    }

    /**
     * Whether the target of a request has been read.
     *
     * @param request any
     * @return false until somebody has asked for its route
     */
    static boolean isKnown(HttpServletRequest request) {
        return request.getAttribute(Route.class.getName()) != null;
    }

    /**
     * What a metric calls all requests of this kind; no part of it comes from a caller.
     *
     * @return a path with the names of its variables
     */
    default String template() {
        return switch (this) {
            case Probe(String path) -> path;
            case Health _ -> Targets.HEALTH;
            case BucketList _ -> BUCKETS;
            case Listing _, Deletion _ -> Targets.BUCKET;
            case Named _ -> Targets.OBJECT;
            case LegacyNamed named -> named.verb().path();
            case LegacyIncomplete incomplete -> incomplete.verb().path();
            case LegacyUpload _ -> Targets.UPLOAD;
            case Malformed _ -> Targets.V1;
            case Unowned(boolean isV1) -> isV1 ? Targets.V1 : "/**";
        };
    }

    /**
     * The methods that this has.
     *
     * @return in the order in which a refusal names them; of what leads to no resource, the one that most would send
     */
    default List<Method> methods() {
        return switch (this) {
            case Probe _, BucketList _ -> List.of(Method.GET, Method.HEAD);
            case Listing _ -> List.of(Method.GET, Method.HEAD, Method.POST);
            case Deletion _, LegacyUpload _ -> List.of(Method.POST);
            case Named _ -> List.of(Method.GET, Method.HEAD, Method.PUT, Method.DELETE);
            case LegacyNamed named -> List.of(named.verb().method());
            case LegacyIncomplete incomplete -> List.of(incomplete.verb().method());
            case Health _, Malformed _, Unowned _ -> List.of(Method.GET);
        };
    }

    /**
     * Whether its refusals have the shape of the {@code /v1} API.
     *
     * @return false for that of the 2018 API
     */
    default boolean belongsToV1() {
        return switch (this) {
            case BucketList _, Listing _, Deletion _, Named _, Malformed _ -> true;
            case Probe _, Health _, LegacyNamed _, LegacyIncomplete _, LegacyUpload _ -> false;
            case Unowned(boolean isV1) -> isV1;
        };
    }

    /**
     * Whether it asks for the health of the process, which is never made to wait.
     *
     * @return also for what the load balancer polls
     */
    default boolean asksForHealth() {
        return this instanceof Probe || this instanceof Health;
    }
}
