package dev.banhmi.gateway.store;

import java.io.InputStream;

/**
 * An object that is being read. The opener closes it; closing before the end drops the connection instead of reading
 * the rest, so that it never takes long. Not thread-safe.
 *
 * <p>The stream ends only after {@link ObjectInfo#size()} bytes; it throws {@link java.io.IOException} when the store
 * sends fewer.
 */
public interface ObjectContent extends AutoCloseable {

    /**
     * What is being read.
     *
     * @return the object's facts, from the same response as its bytes
     */
    ObjectInfo info();

    /**
     * The bytes.
     *
     * @return the same stream at every call
     */
    InputStream stream();

    @Override
    void close();
}
