package dev.banhmi.gateway.store.wire;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The body of one try of a request. Used by one thread at a time. */
public interface WireBody {

    /**
     * How many bytes there are.
     *
     * @return at least 0
     */
    long length();

    /**
     * The next of them, which are sent before this is called again.
     *
     * @return at least one byte; it is asked for no more once there have been {@link #length} of them
     * @throws IOException which the sender of the request gets as it is
     */
    ByteBuffer next() throws IOException;
}
