package dev.banhmi.gateway.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of a bucket's objects. It may be empty although others follow: a store may pass over entries that it does not
 * show (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html promises at most {@code max-keys}, never
 * at least one; 2026-11-30).
 *
 * @param objects in the order of their keys
 * @param prefixes common prefixes, in their order; empty without a delimiter
 * @param next where the next page starts; null when this is the last one
 */
public record ObjectPage(
        List<ListedObject> objects,
        List<String> prefixes,
        @Nullable ListPosition next) {

    /** Copies the lists. */
    public ObjectPage {
        objects = List.copyOf(objects);
        prefixes = List.copyOf(prefixes);
    }
}
