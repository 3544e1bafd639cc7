package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import java.time.Duration;

/**
 * Reads objects of any size with back-pressure: no more is requested of the store than the client takes. Only while a
 * client waits for the store are ranges ahead of it read at the same time, in memory of the one budget. Thread-safe.
 */
public final class Downloads {

    private final ObjectStore store;
    private final Duration retryPause;
    private final PrefetchAllowance allowance;

    Downloads(ObjectStore store, Duration retryPause, PrefetchAllowance allowance) {
        this.store = store;
        this.retryPause = retryPause;
        this.allowance = allowance;
    }

    /**
     * Opens a whole object.
     *
     * @param key where
     * @return the download, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#OBJECT_NOT_FOUND}, {@link ErrorCode#OBJECT_ARCHIVED} and what the store
     *     throws
     */
    public Download open(ObjectKey key) {
        return Download.whole(store, key, retryPause, allowance);
    }

    /**
     * Opens a range of the version that is there now, whichever that is; the download says which bytes it has.
     *
     * @param key where
     * @param range as HTTP writes a single one, such as {@code bytes=0-9}
     * @return the download, to be closed by the caller
     * @throws GatewayException {@link ErrorCode#RANGE_NOT_SATISFIABLE}, {@link ErrorCode#OBJECT_NOT_FOUND},
     *     {@link ErrorCode#OBJECT_ARCHIVED} and what the store throws
     */
    public Download openCurrentRange(ObjectKey key, String range) {
        return Download.opened(store.getCurrentRange(key, range), store, key, retryPause, allowance);
    }

    /**
     * Opens a part of a version that was looked at before; nothing is requested of the store until bytes are read.
     *
     * @param key where
     * @param info of the version
     * @param first position of the first byte
     * @param length how many bytes; 0 for none
     * @return the download, to be closed by the caller
     */
    public Download openRange(ObjectKey key, ObjectInfo info, long first, long length) {
        return Download.part(store, key, info, first, length, retryPause, allowance);
    }
}
