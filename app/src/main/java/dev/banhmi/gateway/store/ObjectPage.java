package dev.banhmi.gateway.store;

import java.util.List;

/**
 * A page of a bucket's objects.
 *
 * @param objects in the order of their keys' UTF-8 bytes
 * @param more whether others follow
 */
public record ObjectPage(List<ListedObject> objects, boolean more) {

    /** Copies the objects. */
    public ObjectPage {
        objects = List.copyOf(objects);
    }
}
