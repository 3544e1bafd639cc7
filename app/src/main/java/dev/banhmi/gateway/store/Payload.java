package dev.banhmi.gateway.store;

import java.io.InputStream;

/** Bytes that can be sent more than once, because a call that fails is tried again. */
public interface Payload {

    /**
     * How many bytes there are.
     *
     * @return 0 or more
     */
    long length();

    /**
     * The CRC32C of all bytes, which the store verifies.
     *
     * @return the same at every call
     */
    Crc32c crc32c();

    /**
     * The bytes from the start.
     *
     * @return a new stream at every call, which need not be closed
     */
    InputStream newStream();
}
