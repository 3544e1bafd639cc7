package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Reads a page off the store's response, and where the next one starts. */
final class ObjectPages {
    /*
     * The next page starts behind the last entry of this one wherever there is an entry, and not at the store's token:
     * a key means the same to every store and for ever, while S3Mock (5.2.0) repeats after its token the common
     * prefixes that it has listed already, and lists more entries than were requested. The token is for a page without
     * entries, and for one behind whose last common prefix no key has room.
     *
     * Which entry is the last does not follow from the order of the response: s3proxy (4.1.0) sorts common prefixes by UTF-16.
     */

    /** Order of S3's listings. */
    private static final Comparator<String> BY_UTF_8 =
            Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    /** The last of all characters: no key with a common prefix follows the prefix with this behind it. */
    private static final String LAST_CHARACTER = Character.toString(Character.MAX_CODE_POINT);

    private ObjectPages() {}

    static ObjectPage of(ListObjectsV2Response listed, ListRequest request) {
        boolean isEmpty = listed.contents().isEmpty() && listed.commonPrefixes().isEmpty();
        if (isEmpty && listed.name() == null && listed.isTruncated() == null) {
            // A proxy's page, or nothing at all.
            throw makesNoSense("is no listing");
        }
        if (listed.contents().stream().anyMatch(object -> isWhereThePageStarts(object.key(), request.from()))) {
            throw makesNoSense("repeats what was listed before");
        }
        List<ListedObject> objects = new ArrayList<>(listed.contents().stream()
                .filter(object -> present(object.key()).startsWith(request.prefix()))
                .map(ObjectPages::listed)
                .toList());
        List<String> prefixes = new ArrayList<>(listed.commonPrefixes().stream()
                .map(common -> present(common.prefix()))
                .filter(prefix -> !isBehind(request.from(), prefix))
                .sorted(BY_UTF_8)
                .toList());
        boolean cut = false;
        while (objects.size() + prefixes.size() > request.limit()) {
            boolean prefixIsLast = isLast(prefixes, objects);
            (prefixIsLast ? prefixes : objects).removeLast();
            cut = true;
        }
        boolean more = cut || Boolean.TRUE.equals(listed.isTruncated());
        return new ObjectPage(objects, prefixes, more ? next(objects, prefixes, listed, request) : null);
    }

    private static String present(@Nullable String name) {
        if (name == null || name.isEmpty()) {
            throw makesNoSense("has an entry without a name");
        }
        return name;
    }

    private static boolean isWhereThePageStarts(@Nullable String key, ListPosition from) {
        return from instanceof ListPosition.After(String last) && last.equals(key);
    }

    private static GatewayException makesNoSense(String why) {
        return new GatewayException(ErrorCode.STORE_FAULT, "The store's response to ListObjectsV2 " + why + ".");
    }

    /** An object of which a store leaves something out must not take the others with it. */
    private static ListedObject listed(S3Object object) {
        if (object.size() != null && object.size() < 0) {
            throw makesNoSense("has an object of " + object.size() + " bytes");
        }
        return new ListedObject(
                object.key(),
                Objects.requireNonNullElse(object.size(), 0L),
                Objects.requireNonNullElse(object.eTag(), ""),
                Objects.requireNonNullElse(object.lastModified(), Instant.EPOCH));
    }

    private static ListPosition next(
            List<ListedObject> objects, List<String> prefixes, ListObjectsV2Response listed, ListRequest request) {
        if (isLast(prefixes, objects)) {
            String behind = prefixes.getLast() + LAST_CHARACTER;
            if (behind.getBytes(StandardCharsets.UTF_8).length <= StoreLimits.LONGEST_KEY) {
                return new ListPosition.After(behind);
            }
        } else if (!objects.isEmpty()) {
            return new ListPosition.After(objects.getLast().key());
        }
        String token = listed.nextContinuationToken();
        if (token == null || new ListPosition.Continued(token).equals(request.from())) {
            throw makesNoSense("says that there is more, but not where");
        }
        return new ListPosition.Continued(token);
    }

    private static boolean isLast(List<String> prefixes, List<ListedObject> objects) {
        return !prefixes.isEmpty()
                && (objects.isEmpty()
                        || BY_UTF_8.compare(
                                        prefixes.getLast(), objects.getLast().key())
                                > 0);
    }

    /** Whether a common prefix was listed by the page that ended at this position. */
    private static boolean isBehind(ListPosition from, String prefix) {
        return from instanceof ListPosition.After(String key) && key.startsWith(prefix);
    }
}
