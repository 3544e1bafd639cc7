package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.apache.hc.client5.http.impl.io.DefaultManagedHttpClientConnection;
import org.apache.hc.core5.function.Supplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.io.SocketHolder;
import org.apache.hc.core5.http.io.SessionOutputBuffer;
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
     * exception: no write has succeeded before its last byte was sent. A refusal may come before that, and a store that
     * refuses need not read on: it may close the connection, and the rest of the body cannot be sent. What it said is
     * there all the same. Linux keeps what has arrived before a connection is reset, and what was sent in vain is no
     * reason to ask again for what was refused. Nor need it close: nothing more is sent to a store that has refused.
     */

    /** Interim responses to one request: none is asked for, and S3 sends one at most. */
    private static final int MOST_INTERIM = 16;

    private static final Timeout MOMENT = Timeout.ONE_MILLISECOND;

    private final StoreResponseParser parser;

    /** Nothing has been sent since the TLS handshake, whose own messages may wait still. */
    private boolean fresh;

    private int interim;

    private @Nullable ResponseBytes responses;

    /** The position up to which something had arrived before the last byte of the request was sent. */
    private long early;

    /** Of the request, if it has one. */
    private @Nullable BodyWrites body;

    /** Why the rest of the request cannot be sent. */
    private @Nullable IOException unsent;

    /** What was sent and what was received belong together. */
    private boolean consistent = true;

    /**
     * A connection that is bound later.
     *
     * @param id what HttpClient's log calls it
     */
    StoreConnection(String id) {
        this(id, new StoreResponseParser());
    }

    private StoreConnection(String id, StoreResponseParser parser) {
        super(id, null, null, null, null, null, StoreConnection::noteWhatIsEarly, null, config -> parser);
        this.parser = parser;
    }

    /** Before each write of the body; it is sent to its end if that can be, unless it was refused. */
    private static boolean noteWhatIsEarly(
            ClassicHttpRequest request, Object connection, InputStream responses, long sent, long next)
            throws IOException {
        StoreConnection own = (StoreConnection) connection;
        if (own.responses != null) {
            own.early = own.responses.arrived();
        }
        if (own.body != null) {
            own.body.requireNotRefused();
        }
        return false;
    }

    @Override
    public void bind(Socket socket) throws IOException {
        super.bind(socket);
        lookAhead();
    }

    @Override
    public void bind(SSLSocket tls, Socket base) throws IOException {
        super.bind(tls, base);
        lookAhead();
        fresh = true;
    }

    private void lookAhead() throws IOException {
        SocketHolder bound = ensureOpen();
        ResponseBytes bytes = new ResponseBytes(bound);
        responses = bytes;
        bind(bytes.connection());
    }

    /** Whether it is open and nothing waits on it. */
    boolean isInStep() {
        SocketHolder holder = getSocketHolder();
        try {
            return holder != null
                    && parser.waiting() == 0
                    && holder.getInputStream().available() == 0
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
        early = 0;
        body = null;
        unsent = null;
        interim = 0;
        super.sendRequestHeader(request);
    }

    /** Sends the body; where the connection breaks meanwhile, what the store has said is looked for instead. */
    @Override
    public void sendRequestEntity(ClassicHttpRequest request) throws HttpException, IOException {
        try {
            super.sendRequestEntity(request);
        } catch (IOException e) {
            if (body == null || !e.equals(body.failure()) || responses == null) {
                // What the body is read from has failed.
                throw e;
            }
            unsent = e;
            consistent = false;
            responses.endWhereItBreaks();
        } finally {
            if (body != null) {
                body.end();
                if (body.isCut()) {
                    consistent = false;
                }
            }
        }
    }

    @Override
    protected OutputStream createContentOutputStream(
            long length,
            SessionOutputBuffer buffer,
            OutputStream out,
            @Nullable Supplier<List<? extends Header>> trailers) {
        SocketHolder holder = getSocketHolder();
        if (responses == null || holder == null) {
            return super.createContentOutputStream(length, buffer, out, trailers);
        }
        BodyWrites writes = new BodyWrites(length, out, responses, holder.getBaseSocket());
        body = writes;
        return super.createContentOutputStream(length, buffer, writes, trailers);
    }

    @Override
    public void flush() throws IOException {
        if (unsent == null) {
            super.flush();
        }
    }

    @Override
    public ClassicHttpResponse receiveResponseHeader() throws HttpException, IOException {
        long begin = position();
        ClassicHttpResponse response = unsent == null ? super.receiveResponseHeader() : receiveRefusal(unsent);
        if (response.getCode() < HttpStatus.SC_SUCCESS) {
            if (++interim > MOST_INTERIM) {
                throw new IOException("the store sent more than " + MOST_INTERIM + " interim responses to one request");
            }
        } else if (begin < early) {
            if (response.getCode() < HttpStatus.SC_REDIRECTION) {
                throw new IOException("the store reported success before the end of the request");
            }
            consistent = false;
        }
        return response;
    }

    /** Of all that has been received, where the next response begins. */
    private long position() {
        long read = responses == null ? 0 : responses.position();
        return read - parser.waiting();
    }

    /**
     * What the store has said to a request that could not be sent to its end; nothing more can come. A 408 is no
     * refusal of it: it says that the store or a proxy has waited long enough for this request, or for any.
     */
    private ClassicHttpResponse receiveRefusal(IOException broken) throws IOException {
        try {
            if (isDataAvailable(MOMENT)) {
                ClassicHttpResponse response = super.receiveResponseHeader();
                int status = response.getCode();
                boolean counts = status < HttpStatus.SC_SUCCESS || status >= HttpStatus.SC_REDIRECTION;
                if (counts && status != HttpStatus.SC_REQUEST_TIMEOUT) {
                    return response;
                }
            }
        } catch (IOException | HttpException e) {
            broken.addSuppressed(e);
        }
        throw broken;
    }

    @Override
    public boolean isConsistent() {
        return consistent && super.isConsistent();
    }

    /** No request was sent, because what waited would have been taken for the response to it. */
    static final class OutOfStepException extends IOException {

        private static final long serialVersionUID = 1L;

        OutOfStepException(String message) {
            super(message);
        }
    }
}
