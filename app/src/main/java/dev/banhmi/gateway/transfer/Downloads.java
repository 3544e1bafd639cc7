package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;

/** Reads objects of any size with back-pressure: no more is asked of the store than the client takes. Thread-safe. */
public final class Downloads {

    private final ObjectStore store;

    Downloads(ObjectStore store) {
        this.store = store;
    }

    /**
     * Opens an object.
     *
     * @param key where
     * @return the download, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#OBJECT_NOT_FOUND}, {@link ErrorCode#OBJECT_ARCHIVED} and what the store throws
     */
    public Download open(ObjectKey key) {
        return new Download(store.get(key));
    }
}
