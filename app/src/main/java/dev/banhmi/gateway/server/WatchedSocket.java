package dev.banhmi.gateway.server;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What may be done with a channel of Tomcat from outside the thread that serves its connection, with Tomcat's lock of
 * that connection: it differs with TLS.
 */
sealed interface WatchedSocket permits WatchedChannel, WatchedTlsChannel {

    /**
     * Whether a byte has arrived that Tomcat has not noticed; Tomcat reads on from it.
     *
     * @return false also where the client has gone
     * @throws IOException when the connection is broken
     */
    boolean findsByte() throws IOException;

    /**
     * Sends what the socket takes at once, if anything can be sent.
     *
     * @param bytes in the clear
     * @throws IOException when the connection is broken
     */
    void sendAtOnce(ByteBuffer bytes) throws IOException;
}
