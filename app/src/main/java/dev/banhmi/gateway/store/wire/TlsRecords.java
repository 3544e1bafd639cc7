package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * One TLS connection, without its socket: what is to be sent goes in and comes out as records, and the other way round.
 * Used by one thread at a time.
 */
final class TlsRecords {
    /*
     * Encrypted bytes are in two buffers that are lent while there is something in them: several records are made before
     * they are written, and as many as have arrived are opened after a read. Decrypted bytes go straight to where they
     * belong if a whole record has room there; the engine opens none into less. What has no room is kept in a third
     * buffer, of one record.
     *
     * A TLS 1.3 server sends tickets and new keys whenever it likes. They are records without a byte for anybody, and
     * no sign that something is wrong.
     */

    /** What has to happen before there is more to read or to write. */
    enum Need {
        /** {@link #outgoing} is to be written. */
        SEND,
        /** More is to be read into {@link #incoming}. */
        RECEIVE,
        /** {@link #task} is to be run, which computes and does not wait. */
        COMPUTE,
        /** Nothing: the handshake is done. */
        NOTHING
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SSLEngine engine;
    private final RecordBuffers buffers;

    private @Nullable ByteBuffer outgoing;
    private @Nullable ByteBuffer incoming;
    private @Nullable ByteBuffer opened;
    private boolean begun;
    private volatile boolean closed;

    /** Over an engine that knows which side it is. */
    TlsRecords(SSLEngine engine, RecordBuffers buffers) {
        this.engine = engine;
        this.buffers = buffers;
    }

    /**
     * The client's side of a connection. The certificate has to be trusted by the engine's context, and to be of the
     * host that the engine was made for.
     */
    static TlsRecords ofClient(SSLEngine engine, RecordBuffers buffers) {
        engine.setUseClientMode(true);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        return new TlsRecords(engine, buffers);
    }

    /**
     * Goes on with the handshake, or with what else TLS has to say for itself.
     *
     * @return what has to happen before this is called again; {@link Need#NOTHING} when the application can go on
     * @throws SSLException when there can be no connection, for example because the host is another one
     */
    Need proceed() throws SSLException {
        if (!begun) {
            begun = true;
            engine.beginHandshake();
        }
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> {
                    return Need.COMPUTE;
                }
                case NEED_WRAP -> {
                    if (!encryptOne(NOTHING)) {
                        return Need.SEND;
                    }
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (hasOutgoing()) {
                        return Need.SEND;
                    }
                    if (openOne() == Status.BUFFER_UNDERFLOW) {
                        return Need.RECEIVE;
                    }
                }
                case FINISHED, NOT_HANDSHAKING -> {
                    return hasOutgoing() ? Need.SEND : Need.NOTHING;
                }
            }
            if (closed) {
                throw new SSLException("the TLS connection was closed during the handshake");
            }
        }
    }

    /** What is to be run, or null. */
    @Nullable
    Runnable task() {
        return engine.getDelegatedTask();
    }

    /** Encrypts, until there is no room for another record; what is left waits until {@link #outgoing} has been written. */
    void encrypt(ByteBuffer plain) throws SSLException {
        while (plain.hasRemaining() && encryptOne(plain)) {
            if (closed) {
                throw new SSLException("the TLS connection is closed");
            }
        }
    }

    /** Returns false when there was no room. */
    private boolean encryptOne(ByteBuffer plain) throws SSLException {
        ByteBuffer to = outgoing == null ? buffers.lend() : outgoing;
        outgoing = to;
        switch (engine.wrap(plain, to).getStatus()) {
            case BUFFER_OVERFLOW -> {
                return false;
            }
            case CLOSED -> closed = true;
            case OK, BUFFER_UNDERFLOW -> {}
        }
        return true;
    }

    /** Lets what is encrypted be written; the writer reads some or all of the buffer that it is given. */
    <X extends Exception> void outgoing(Moved.Out<X> writer) throws X {
        ByteBuffer from = outgoing;
        if (from == null) {
            return;
        }
        from.flip();
        try {
            writer.write(from);
        } finally {
            from.compact();
            if (from.position() == 0) {
                outgoing = null;
                buffers.giveBack(from);
            }
        }
    }

    boolean hasOutgoing() {
        return outgoing != null && outgoing.position() > 0;
    }

    /** Lets more that is encrypted be put where it is decrypted from; returns what the reader says. */
    <X extends Exception> int incoming(Moved.In<X> reader) throws X {
        ByteBuffer to = incoming == null ? buffers.lend().flip() : incoming;
        incoming = to;
        to.compact();
        try {
            return reader.read(to);
        } finally {
            to.flip();
            giveBackEmpty();
        }
    }

    /**
     * Decrypts whatever is there.
     *
     * @param to gets bytes until it is full
     * @return how many; 0 when more has to be received; -1 when the other side has closed the connection
     * @throws SSLException when somebody has changed what was sent
     */
    int decrypt(ByteBuffer to) throws SSLException {
        return decrypt(to, true);
    }

    /** The same while another thread sends: to new keys whoever encrypts or decrypts next responds. */
    int decryptOnly(ByteBuffer to) throws SSLException {
        return decrypt(to, false);
    }

    private int decrypt(ByteBuffer to, boolean responds) throws SSLException {
        int begin = to.position();
        moveOpened(to);
        Status last = Status.OK;
        while (to.hasRemaining() && !closed && last != Status.BUFFER_UNDERFLOW) {
            if (to.remaining() >= engine.getSession().getApplicationBufferSize()) {
                last = decryptOne(to);
            } else {
                last = openOne();
                moveOpened(to);
            }
            if (responds) {
                respond();
            }
        }
        int count = to.position() - begin;
        return count == 0 && closed && opened == null ? -1 : count;
    }

    /** To new keys with new keys; another handshake in the middle was possible before TLS 1.3, and has no use. */
    private void respond() throws SSLException {
        switch (engine.getHandshakeStatus()) {
            case NEED_WRAP -> encryptOne(NOTHING);
            case FINISHED, NOT_HANDSHAKING -> {}
            case NEED_TASK, NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                throw new SSLException("the other side began another TLS handshake");
            }
        }
    }

    private Status openOne() throws SSLException {
        if (opened != null) {
            throw new IllegalStateException("what was opened before has not been taken");
        }
        ByteBuffer to = buffers.ones().lend();
        try {
            return decryptOne(to);
        } finally {
            if (to.flip().hasRemaining()) {
                opened = to;
            } else {
                buffers.ones().giveBack(to);
            }
        }
    }

    private Status decryptOne(ByteBuffer to) throws SSLException {
        ByteBuffer from = incoming;
        if (from == null) {
            return Status.BUFFER_UNDERFLOW;
        }
        SSLEngineResult result;
        try {
            result = engine.unwrap(from, to);
        } finally {
            giveBackEmpty();
        }
        switch (result.getStatus()) {
            case CLOSED -> closed = true;
            case BUFFER_OVERFLOW -> throw new SSLException("a record of TLS is longer than any");
            case OK, BUFFER_UNDERFLOW -> {}
        }
        return result.getStatus();
    }

    private void moveOpened(ByteBuffer to) {
        ByteBuffer from = opened;
        if (from == null) {
            return;
        }
        Moved.some(from, to, Long.MAX_VALUE);
        if (!from.hasRemaining()) {
            opened = null;
            buffers.ones().giveBack(from);
        }
    }

    private void giveBackEmpty() {
        if (incoming != null && !incoming.hasRemaining()) {
            buffers.giveBack(incoming);
            incoming = null;
        }
    }

    /** Whether a byte is there that was decrypted and that nobody has taken. */
    boolean hasOpened() {
        return opened != null;
    }

    /** Whether something has arrived that is not a whole record yet, or that nobody has looked at. */
    boolean hasIncoming() {
        return incoming != null;
    }

    /** Tells the other side, by what is {@link #outgoing} then, that nothing more comes. */
    void close() throws SSLException {
        engine.closeOutbound();
        closed = true;
        encryptOne(NOTHING);
    }

    /** Gives back its buffers; of no more use. */
    void release() {
        buffers.giveBack(outgoing);
        buffers.giveBack(incoming);
        buffers.ones().giveBack(opened);
        outgoing = null;
        incoming = null;
        opened = null;
        closed = true;
    }
}
