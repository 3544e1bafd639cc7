package dev.banhmi.local;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.SdkResponses;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Listings by prefixes that are no paths to s3proxy, although names begin with them. */
final class PrefixListing {
    /*
     * s3proxy 4.1.0 refuses, or resolves, a prefix with an empty segment or one of dots, which no object has, and takes a dot at the
     * end of a prefix for the directory itself (AbstractNio2BlobStore, checked 2026-11-30).
     */

    private PrefixListing() {}

    /** Lists what s3proxy has. */
    static ListObjectsV2Response of(BlobStore s3proxy, ListObjectsV2Request request) {
        String prefix = request.prefix() == null ? "" : request.prefix();
        if (!canBegin(prefix)) {
            return SdkResponses.objectsPage(List.of(), List.of(), null);
        }
        return prefix.endsWith(".") ? ofDots(s3proxy, request, prefix) : s3proxy.list(request);
    }

    /** Whether there can be names that begin with this: the segments that it has as a whole are those of a path. */
    private static boolean canBegin(String prefix) {
        int slash = prefix.lastIndexOf('/');
        return slash < 0
                || Arrays.stream(prefix.substring(0, slash).split("/", -1))
                        .noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
    }

    /** From all that is in the directory. */
    private static ListObjectsV2Response ofDots(BlobStore s3proxy, ListObjectsV2Request request, String prefix) {
        String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        ListObjectsV2Response all = s3proxy.list(request.toBuilder()
                .prefix(directory.isEmpty() ? null : directory)
                .maxKeys(null)
                .build());
        List<String> names = Stream.concat(
                        all.contents().stream().map(S3Object::key),
                        all.commonPrefixes().stream().map(CommonPrefix::prefix))
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
        Integer most = request.maxKeys();
        boolean isLast = most == null || names.size() <= most;
        Set<String> page = Set.copyOf(isLast ? names : names.subList(0, most));
        return SdkResponses.objectsPage(
                all.contents().stream()
                        .filter(object -> page.contains(object.key()))
                        .toList(),
                all.commonPrefixes().stream()
                        .filter(common -> page.contains(common.prefix()))
                        .toList(),
                isLast || most == 0 ? null : names.get(most - 1));
    }
}
