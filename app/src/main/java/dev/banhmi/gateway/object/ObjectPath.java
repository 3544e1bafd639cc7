package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.PercentEncoding;
import java.util.Locale;

/**
 * The target of a request of {@code /v1/objects} or below: all buckets, a whole bucket, or one object in it.
 *
 * <p>It is read from the raw request target. A servlet container folds {@code a//b}, strips {@code ;v=1}, refuses
 * {@code %2F} and turns {@code %2e%2e/x} into another path, so that different names would become one object; here every
 * byte of a name is significant. The first raw {@code /} after the bucket ends the bucket, all that follows is the
 * name, and only then are both decoded. Whatever could reach another resource through a less careful hop (dot segments,
 * control characters, overlong UTF-8) is refused rather than repaired.
 */
sealed interface ObjectPath {

    /** All buckets. */
    record BucketList() implements ObjectPath {}

    /**
     * All objects of a bucket.
     *
     * @param bucket as the caller wrote it, decoded; whether it is served is not decided here
     */
    record Listing(String bucket) implements ObjectPath {}

    /**
     * One object.
     *
     * @param bucket as the caller wrote it, decoded; whether it is served is not decided here
     * @param name checked by {@link ObjectName}
     */
    record Named(String bucket, ObjectName name) implements ObjectPath {

        /** The path of this object, percent-encoded so that no hop has a reason to change it. */
        String encoded() {
            return ROOT + ObjectName.encode(bucket) + '/' + name.encoded();
        }
    }

    /** The list of all buckets. */
    String BUCKETS = "/v1/objects";

    /** The root of this API. */
    String ROOT = BUCKETS + "/";

    /**
     * Whether a request belongs to this API, seen before anything is decoded: an encoded spelling of the root is not
     * the root.
     *
     * @param target origin-form or absolute-form, as it came
     */
    static boolean owns(String target) {
        String path = path(target);
        return path.startsWith(ROOT) || path.equals(BUCKETS);
    }

    /**
     * Reads a request target.
     *
     * @param target origin-form or absolute-form, as it came; a query is ignored
     * @throws GatewayException {@code RESOURCE_NOT_FOUND} when it is not {@linkplain #owns owned},
     *     {@code INVALID_REQUEST} when bucket or name are not possible
     */
    static ObjectPath parse(String target) {
        String path = path(target);
        if (path.equals(BUCKETS)) {
            return new BucketList();
        }
        if (!path.startsWith(ROOT)) {
            throw new GatewayException(
                    ErrorCode.RESOURCE_NOT_FOUND,
                    "The path " + Shown.quoted(path) + " does not start with " + ROOT + ".");
        }
        String rest = path.substring(ROOT.length());
        int slash = rest.indexOf('/');
        String bucket = bucket(slash < 0 ? rest : rest.substring(0, slash));
        return slash < 0
                ? new Listing(bucket)
                : new Named(bucket, new ObjectName(PercentEncoding.decode(rest.substring(slash + 1))));
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
