package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is sent on a connection before it is closed, where there is no request that could have a response. */
final class Farewell {

    /** A connection that is idle just closes. */
    static final Farewell NONE = new Farewell(new byte[0]);

    private static final Logger log = LoggerFactory.getLogger(Farewell.class);

    private final byte[] bytes;

    private Farewell(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A whole response.
     *
     * @param bytes head and body
     * @return what sends it
     */
    static Farewell of(byte[] bytes) {
        return new Farewell(bytes.clone());
    }

    /** Never waits: a client that does not even take this much gets none of it, or a part. */
    void sendTo(WatchedSocket socket) {
        if (bytes.length == 0) {
            return;
        }
        try {
            socket.sendAtOnce(ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            log.debug("the client went away before its connection was closed", e);
        }
    }
}
