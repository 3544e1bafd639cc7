package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.HttpTransportMetrics;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * A connection to the store on which no response is believed that was there before its request. Used by one thread at a
 * time.
 */
final class StoreConnection extends DefaultManagedHttpClientConnection {
    /*
     * In HTTP/1.1 only the order says which response belongs to which request. A second response behind the one that
     * was requested, a body behind a head that has none (HEAD, 204, 304), or what a proxy says to a connection that has
     * been idle (408) would be taken for the response to the next request: another object's bytes, or the success of a
     * write that never was. So nothing is sent on a connection on which anything waits; it is closed, and another one
     * does as well.
     *
     * What waits is in HttpClient's buffer, decrypted in the TLS socket, or still in the kernel. A look there takes no
     * time. HttpClient's own checks, isStale and isDataAvailable, wait a millisecond each, and isStale takes bytes that
     * wait for a sign that all is well. In the kernel a late TLS ticket or a close_notify looks like a response, and
     * ends the use of the connection, too.
     *
     * Bytes that cross the request on their way cannot be told from the response to it by any client, with one
     * exception: no write has succeeded before its last byte was sent.
     */

    /** Interim responses to one request: none is asked for, and S3 sends one at most. */
    private static final int MOST_INTERIM = 16;

    private static final Timeout MOMENT = Timeout.ONE_MILLISECOND;

    private final NotingParser parser;

    /** Nothing has been sent since the TLS handshake, whose own messages may wait still. */
    private boolean fresh;

    private int interim;

    /** Something has arrived since the head of the request was sent, and the request has more bytes to come. */
    private boolean early;

    /**
     * A connection that is bound later.
     *
     * @param id what HttpClient's log calls it
     */
    StoreConnection(String id) {
        this(id, new NotingParser());
    }

    private StoreConnection(String id, NotingParser parser) {
        super(id, null, null, null, null, null, StoreConnection::noteWhatIsEarly, null, config -> parser);
        this.parser = parser;
    }

    /** Before each write of the body; it is sent to its end in any case. */
    private static boolean noteWhatIsEarly(
            ClassicHttpRequest request, Object connection, InputStream responses, long sent, long next) {
        StoreConnection own = (StoreConnection) connection;
        own.early = own.early || !own.isInStep();
        return false;
    }

    @Override
    public void bind(SSLSocket tls, Socket base) throws IOException {
        super.bind(tls, base);
        fresh = true;
    }

    /** Whether it is open and nothing waits on it. */
    boolean isInStep() {
        SocketHolder holder = getSocketHolder();
        SessionInputBuffer buffer = parser.buffer;
        try {
            return holder != null
                    && (buffer == null || buffer.length() == 0)
                    && holder.getSocket().getInputStream().available() == 0
                    && holder.getBaseSocket().getInputStream().available() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sends the head of a request.
     *
     * @throws OutOfStepException when something waits that cannot be the response to it; nothing was sent
     */
    @Override
    public void sendRequestHeader(ClassicHttpRequest request) throws HttpException, IOException {
        boolean inStep = fresh ? !isDataAvailable(MOMENT) : isInStep();
        if (!inStep) {
            throw new OutOfStepException("the store had sent something before the request; nothing of it was sent");
        }
        fresh = false;
        early = false;
        interim = 0;
        super.sendRequestHeader(request);
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        ClassicHttpResponse response = super.receiveResponseHeader();
        if (early && response.getCode() / 100 == HttpStatus.SC_SUCCESS / 100) {
            throw new IOException("the store reported success before the end of the request");
        }
        if (response.getCode() < HttpStatus.SC_SUCCESS && ++interim > MOST_INTERIM) {
            throw new IOException("the store sent more than " + MOST_INTERIM + " interim responses to one request");
        }
        // What came early was this one, be it an interim response or a refusal.
        early = false;
        return response;
    }

    /** HttpClient's parser, which alone gets to see the buffer; as strict with a response as with its fields. */
    private static final class NotingParser extends DefaultHttpResponseParser {

        private @Nullable SessionInputBuffer buffer;

        NotingParser() {
            super(Http1Config.DEFAULT, BasicLineParser.INSTANCE, null);
        }

        @Override
        public ClassicHttpResponse parse(SessionInputBuffer buffer, InputStream in) throws IOException, HttpException {
            this.buffer = buffer;
            try {
                return super.parse(new WholeHead(buffer), in);
            } catch (IllegalArgumentException e) {
                // A status of 000, of which HttpClient cannot make a response.
                throw new ProtocolException("the store's response has no status of HTTP", e);
            }
        }
    }

    /**
     * What a head is read from, which ends in an empty line. HttpClient takes one that breaks off between two lines for
     * a whole one.
     */
    private static final class WholeHead implements SessionInputBuffer {

        private final SessionInputBuffer buffer;
        private boolean begun;

        WholeHead(SessionInputBuffer buffer) {
            this.buffer = buffer;
        }

        @Override
        public int readLine(CharArrayBuffer line, InputStream in) throws IOException {
            int read = buffer.readLine(line, in);
            if (read < 0 && begun) {
                throw new ConnectionClosedException("the store's response broke off within its headers");
            }
            begun = true;
            return read;
        }

        @Override
        public int length() {
            return buffer.length();
        }

        @Override
        public int capacity() {
            return buffer.capacity();
        }

        @Override
        public int available() {
            return buffer.available();
        }

        @Override
        public int read(byte[] target, int offset, int length, InputStream in) throws IOException {
            return buffer.read(target, offset, length, in);
        }

        @Override
        public int read(byte[] target, InputStream in) throws IOException {
            return buffer.read(target, in);
        }

        @Override
        public int read(InputStream in) throws IOException {
            return buffer.read(in);
        }

        @Override
        public HttpTransportMetrics getMetrics() {
            return buffer.getMetrics();
        }
    }

    /** No request was sent, because what waited would have been taken for the response to it. */
    static final class OutOfStepException extends IOException {

        private static final long serialVersionUID = 1L;

        OutOfStepException(String message) {
            super(message);
        }
    }
}
