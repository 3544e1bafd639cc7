package dev.banhmi.gateway.access;

import dev.banhmi.gateway.access.Route.BucketList;
import dev.banhmi.gateway.access.Route.Deletion;
import dev.banhmi.gateway.access.Route.Health;
import dev.banhmi.gateway.access.Route.LegacyIncomplete;
import dev.banhmi.gateway.access.Route.LegacyNamed;
import dev.banhmi.gateway.access.Route.LegacyUpload;
import dev.banhmi.gateway.access.Route.Listing;
import dev.banhmi.gateway.access.Route.Malformed;
import dev.banhmi.gateway.access.Route.Named;
import dev.banhmi.gateway.access.Route.Probe;
import dev.banhmi.gateway.access.Route.Unowned;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.PercentEncoding;
import dev.banhmi.gateway.http.QueryParameters;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of request targets.
 *
 * <p>Below {@code /v1} a target is read as it was sent. A servlet container folds {@code a//b}, strips {@code ;v=1},
 * refuses {@code %2F} and turns {@code %2e%2e/x} into another path, so that different names would become one object;
 * here every byte of a name is significant. The first raw {@code /} after the bucket ends the bucket, all that follows
 * is the name, and only then are both decoded. Whatever could reach another resource through a less careful hop (dot
 * segments, control characters, overlong UTF-8) is refused rather than repaired.
 *
 * <p>All other paths are read as Spring reads them, which is what chooses their controllers: segment by segment, each
 * without its parameters and decoded, none of them dropped.
 */
final class Targets {

    static final String HEALTH = "/status/healthcheck";
    static final String UPLOAD = "/file/upload";
    static final String BUCKET = Route.ROOT + "{bucket}";
    static final String OBJECT = BUCKET + "/{name}";

    /** Everything of the API that is neither a bucket nor an object. */
    static final String V1 = "/v1/**";

    private static final String DELETE = "delete";

    private static final Map<List<String>, String> PLAIN_PATHS = Map.of(
            List.of("", "livez"),
            "/livez",
            List.of("", "readyz"),
            "/readyz",
            List.of("", "status", "healthcheck"),
            HEALTH,
            List.of("", "file", "upload"),
            UPLOAD,
            List.of("", "file", "download"),
            LegacyVerb.DOWNLOAD.path(),
            List.of("", "file", "status"),
            LegacyVerb.STATUS.path(),
            List.of("", "file", "delete"),
            LegacyVerb.DELETE.path());

    private Targets() {}

    /**
     * Reads a request target.
     *
     * @param target origin-form or absolute-form, as it came, with or without its query
     * @param query as it came, null when there is none
     */
    static Route parse(String target, @Nullable String query) {
        String path = path(target);
        if (path.equals(Route.BUCKETS)) {
            return new BucketList();
        }
        if (path.startsWith(Route.ROOT)) {
            try {
                return below(path.substring(Route.ROOT.length()), query);
            } catch (GatewayException e) {
                return new Malformed(e);
            }
        }
        if (path.startsWith("/v1/") || path.equals("/v1")) {
            return new Unowned(true);
        }
        return switch (PLAIN_PATHS.getOrDefault(segments(path), "")) {
            case "/livez" -> new Probe("/livez");
            case "/readyz" -> new Probe("/readyz");
            case HEALTH -> new Health();
            case UPLOAD -> new LegacyUpload();
            case "/file/download" -> legacy(LegacyVerb.DOWNLOAD, query);
            case "/file/status" -> legacy(LegacyVerb.STATUS, query);
            case "/file/delete" -> legacy(LegacyVerb.DELETE, query);
            default -> new Unowned(false);
        };
    }

    /** What is named by a path below the root of the {@code /v1} API. */
    private static Route below(String path, @Nullable String query) {
        int slash = path.indexOf('/');
        String bucket = bucket(slash < 0 ? path : path.substring(0, slash));
        if (slash >= 0) {
            return new Named(bucket, new ObjectName(PercentEncoding.decode(path.substring(slash + 1))));
        }
        return QueryParameters.of(query).has(DELETE) ? new Deletion(bucket) : new Listing(bucket);
    }

    private static Route legacy(LegacyVerb verb, @Nullable String query) {
        Map<String, List<String>> parameters;
        try {
            parameters = QueryParameters.all(query);
        } catch (GatewayException _) {
            // The service of 2018 found no parameters in such a query.
            return new LegacyIncomplete(verb, null);
        }
        List<String> buckets = parameters.getOrDefault("bucket", List.of(""));
        List<String> keys = parameters.getOrDefault("key", List.of(""));
        if (buckets.size() > 1 || keys.size() > 1) {
            return new LegacyIncomplete(
                    verb,
                    invalid("The query names bucket " + buckets.size() + " and key " + keys.size()
                            + " times; each is required once."));
        }
        return buckets.getFirst().isEmpty() || keys.getFirst().isEmpty()
                ? new LegacyIncomplete(verb, null)
                : new LegacyNamed(verb, buckets.getFirst(), keys.getFirst());
    }

    private static String bucket(String encoded) {
        String bucket = PercentEncoding.decode(encoded);
        if (bucket.isEmpty() || bucket.indexOf('/') >= 0 || bucket.equals(".") || bucket.equals("..")) {
            throw invalid("The bucket " + Shown.quoted(bucket)
                    + " is not possible: it must not be empty, \".\" or \"..\", or hold a /.");
        }
        if (bucket.chars().anyMatch(Character::isISOControl)) {
            throw invalid(
                    "The bucket " + Shown.quoted(bucket) + " is not possible: control characters are not allowed.");
        }
        return bucket;
    }

    private static List<String> segments(String path) {
        return Arrays.stream(path.split("/", -1)).map(Targets::segment).toList();
    }

    private static String segment(String raw) {
        int parameters = raw.indexOf(';');
        String encoded = parameters < 0 ? raw : raw.substring(0, parameters);
        try {
            return encoded.indexOf('%') < 0 ? encoded : PercentEncoding.decode(encoded);
        } catch (GatewayException _) {
            // No path of ours has such a segment.
            return raw;
        }
    }

    private static String path(String target) {
        int start = 0;
        int scheme = target.indexOf("://");
        if (scheme > 0 && target.charAt(0) != '/') {
            String name = target.substring(0, scheme).toLowerCase(Locale.ROOT);
            if (name.equals("http") || name.equals("https")) {
                int slash = target.indexOf('/', scheme + 3);
                int query = target.indexOf('?', scheme + 3);
                if (slash < 0 || (query >= 0 && query < slash)) {
                    return "/";
                }
                start = slash;
            }
        }
        int query = target.indexOf('?', start);
        return query < 0 ? target.substring(start) : target.substring(start, query);
    }

    private static GatewayException invalid(String message) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, message);
    }
}
