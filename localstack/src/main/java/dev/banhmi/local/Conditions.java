package dev.banhmi.local;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The conditions of one request, checked against the versions that are there: what is checked holds as long as the caller has the
 * object's lock. Thread-safe.
 */
final class Conditions {
    /*
     * A put brings its condition along. A completion and a deletion have been stripped of it by the time they arrive here, but
     * s3proxy looks at the object before it calls them, and only for the sake of a condition. So they succeed only on what this
     * request has last looked at. To s3proxy an object that is not there meets any condition of a deletion (S3ProxyHandler of
     * 4.1.0, checked 2026-11-30), which would let several deletions of one version succeed.
     */

    private final StoredObjects objects;
    private final @Nullable String key;

    /** The versions that this request has seen, by key; empty where it saw that there is none. */
    private final Map<String, Optional<String>> seen = new ConcurrentHashMap<>();

    /**
     * For one request.
     *
     * @param objects of the store
     * @param key of the object that the request names, which alone can have a condition; null when it names none
     */
    Conditions(StoredObjects objects, @Nullable String key) {
        this.objects = objects;
        this.key = key;
    }

    /** Keeps what the request has seen of an object; null where there was none. */
    void saw(String seenKey, @Nullable HeadObjectResponse head) {
        if (key == null || key.equals(seenKey)) {
            seen.put(seenKey, version(head));
        }
    }

    /**
     * Checks that the object is what this request has last seen, if it has.
     *
     * @throws S3Exception with status 412
     */
    void requireUnchanged(ObjectFile object) {
        Optional<String> last = seen.get(object.key());
        require(last == null || last.equals(current(object)));
    }

    /**
     * Checks that the object can be deleted: that it is there, and what this request has last seen, if it has looked.
     *
     * @throws S3Exception with status 412
     */
    void requireDeletable(ObjectFile object) {
        Optional<String> last = seen.get(object.key());
        require(last == null || (last.isPresent() && last.equals(current(object))));
    }

    /**
     * Checks what a write requires; null where it requires nothing.
     *
     * @throws S3Exception with status 412
     */
    void requireMatch(ObjectFile object, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
        require(ifMatch == null || isVersion(object, ifMatch));
        require(ifNoneMatch == null || !isVersion(object, ifNoneMatch));
    }

    /**
     * Checks the conditions of a read of a directory, which s3proxy takes for met because a directory has no version there.
     *
     * @return with its version
     * @throws S3Exception with status 412 or 304
     */
    static ResponseInputStream<GetObjectResponse> ofDirectory(
            GetObjectRequest request, ResponseInputStream<GetObjectResponse> directory) {
        String version = ObjectFile.VERSION_OF_A_DIRECTORY;
        String ifMatch = request.ifMatch();
        require(ifMatch == null || ifMatch.equals("*") || unquoted(ifMatch).equals(unquoted(version)));
        String ifNoneMatch = request.ifNoneMatch();
        if (ifNoneMatch != null && unquoted(ifNoneMatch).equals(unquoted(version))) {
            throw S3Exceptions.fromStatusCode(304, version, Map.of(), null);
        }
        return SdkResponses.getResponse(
                directory.response().toBuilder().eTag(version).build(), directory);
    }

    private boolean isVersion(ObjectFile object, String version) {
        Optional<String> current = current(object);
        return version.equals("*")
                ? current.isPresent()
                : current.map(Conditions::unquoted).equals(Optional.of(unquoted(version)));
    }

    private Optional<String> current(ObjectFile object) {
        if (object.isTaken()) {
            return Optional.empty();
        }
        HeadObjectResponse head = look(object);
        return version(head != null && head.eTag() == null && objects.adopt(object) ? look(object) : head);
    }

    private @Nullable HeadObjectResponse look(ObjectFile object) {
        HeadObjectResponse head = objects.s3proxy().blobMetadataIfPresent(object.bucket(), object.key());
        return head == null ? null : object.withVersion(head);
    }

    /** Where files have no attributes, an object has none. */
    private static Optional<String> version(@Nullable HeadObjectResponse head) {
        return head == null ? Optional.empty() : Optional.of(Objects.requireNonNullElse(head.eTag(), ""));
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw S3Exceptions.preconditionFailed(null);
        }
    }

    private static String unquoted(String version) {
        return version.startsWith("\"") && version.endsWith("\"") && version.length() > 1
                ? version.substring(1, version.length() - 1)
                : version;
    }
}
