package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.ListedObject;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * The names of listed objects. With the layout {@code plain} they are the keys. With {@code hashed} a key says nothing
 * about its name, so the store is asked for the name that was stored with each object.
 */
@Component
final class StoredNames {

    private final ObjectStore store;
    private final ParallelCalls calls;

    StoredNames(ObjectStore store, ParallelCalls calls) {
        this.store = store;
        this.calls = calls;
    }

    /** What is known of the name of an object. */
    sealed interface Name {

        /** The object's name. */
        record Known(String value) implements Name {}

        /**
         * The object is there, its name is not known.
         *
         * @param code of an {@link ErrorCode}, or {@link #NAME_UNKNOWN}
         * @param detail for the caller
         */
        record Unknown(String code, String detail) implements Name {}

        /** The object was deleted since the store listed it. */
        record Gone() implements Name {}
    }

    /** The code where the store did respond; the others are those of {@link ErrorCode}. */
    static final String NAME_UNKNOWN = "NAME_UNKNOWN";

    /**
     * The names of objects.
     *
     * @param bucket that they are in
     * @param objects as the store listed them
     * @param deadline after which the store is asked for no more
     * @return in order, of all objects, or of those at the front that were asked for in time, which may be none
     */
    List<Name> of(Bucket bucket, List<ListedObject> objects, Instant deadline) {
        return switch (bucket.keyLayout()) {
            case PLAIN ->
                objects.stream()
                        .<Name>map(object -> new Name.Known(object.key()))
                        .toList();
            case HASHED -> calls.each(objects, object -> ask(bucket, object.key()), deadline);
        };
    }

    private Name ask(Bucket bucket, String key) {
        ObjectName name;
        try {
            name = UserMetadata.nameOf(
                    store.head(new ObjectKey(bucket.name(), key)).attributes().metadata());
        } catch (GatewayException e) {
            return e.code() == ErrorCode.OBJECT_NOT_FOUND
                    ? new Name.Gone()
                    : new Name.Unknown(e.code().name(), e.getMessage());
        }
        if (name == null) {
            return new Name.Unknown(
                    NAME_UNKNOWN, "The object was not written by this API, and no name is stored with it.");
        }
        if (!bucket.keyLayout().keyOf(name.value()).equals(key)) {
            return new Name.Unknown(
                    NAME_UNKNOWN, "The object was copied to this key: the name that is stored with it has another.");
        }
        return new Name.Known(name.value());
    }
}
