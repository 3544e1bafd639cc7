package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.impl.io.SocketHolder;

/**
 * What the store sends on one connection. How much of it has arrived, and whether it is a refusal, can be told before it
 * is read, by several threads at a time. Read by one.
 */
final class ResponseBytes extends InputStream {
    /*
     * Under TLS what has arrived says nothing until it is decrypted: it may be a ticket, which is no response. So a look
     * reads it, and keeps it for whoever reads next.
     */

    /** More than all interim responses that are allowed to one request. */
    private static final int MOST_AHEAD = 1 << 18;

    private static final int PIECE = 1 << 13;
    private static final int MOMENT_MILLIS = 1;

    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.\\d (\\d{3})");

    private final SocketHolder bound;

    private byte[] ahead = {};
    private int next;
    private long position;
    private boolean endsWhereItBreaks;

    /** Of a connection of which nothing has been read; it may still have to be made. */
    ResponseBytes(SocketHolder bound) {
        this.bound = bound;
    }

    /** The same connection, of which these are what is received. */
    SocketHolder connection() {
        SSLSocket tls = bound.getSSLSocket();
        return tls == null ? new LookedAt(bound.getBaseSocket()) : new LookedAt(tls, bound.getBaseSocket());
    }

    /** How many bytes have been read. */
    long position() {
        return position;
    }

    /**
     * The position behind the last byte that has arrived; {@link Long#MAX_VALUE} when that is further ahead than is
     * looked. Takes no time unless something has arrived under TLS, and then a millisecond at most.
     */
    synchronized long arrived() {
        try {
            while (bound.getInputStream().available() > 0
                    || bound.getBaseSocket().getInputStream().available() > 0) {
                if (ahead.length - next >= MOST_AHEAD) {
                    return Long.MAX_VALUE;
                }
                if (!readAhead()) {
                    break;
                }
            }
        } catch (IOException e) {
            // Whoever reads next gets it again.
        }
        return position + ahead.length - next;
    }

    /**
     * Whether what has {@linkplain #arrived arrived} holds the head of a response, behind interim ones, that refuses the
     * request whatever else is sent. A 408 does not: it says that the store or a proxy has waited long enough for this
     * request, or for any.
     */
    synchronized boolean hasRefusal() {
        if (next == ahead.length) {
            return false;
        }
        String heads = new String(ahead, next, ahead.length - next, StandardCharsets.ISO_8859_1);
        int begin = 0;
        for (int end = heads.indexOf(END_OF_HEAD); end >= 0; end = heads.indexOf(END_OF_HEAD, begin)) {
            Matcher status = STATUS.matcher(heads).region(begin, end);
            if (!status.lookingAt()) {
                return false;
            }
            int code = Integer.parseInt(status.group(1));
            if (code >= HttpStatus.SC_SUCCESS) {
                return code >= HttpStatus.SC_REDIRECTION && code != HttpStatus.SC_REQUEST_TIMEOUT;
            }
            begin = end + END_OF_HEAD.length();
        }
        return false;
    }

    private boolean readAhead() throws IOException {
        byte[] piece = new byte[PIECE];
        Socket socket = bound.getSocket();
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(MOMENT_MILLIS);
        int count;
        try {
            count = bound.getInputStream().read(piece);
        } catch (SocketTimeoutException e) {
            return false;
        } finally {
            socket.setSoTimeout(patience);
        }
        if (count <= 0) {
            return false;
        }
        int kept = ahead.length - next;
        byte[] longer = Arrays.copyOfRange(ahead, next, ahead.length + count);
        System.arraycopy(piece, 0, longer, kept, count);
        ahead = longer;
        next = 0;
        return true;
    }

    /** From now on a failure of the connection is the end of what the store has sent. */
    void endWhereItBreaks() {
        endsWhereItBreaks = true;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int most) throws IOException {
        int count = next < ahead.length ? takeAhead(to, offset, most) : receive(to, offset, most);
        position += Math.max(count, 0);
        return count;
    }

    private int takeAhead(byte[] to, int offset, int most) {
        int count = Math.min(most, ahead.length - next);
        System.arraycopy(ahead, next, to, offset, count);
        next += count;
        return count;
    }

    private int receive(byte[] to, int offset, int most) throws IOException {
        try {
            return bound.getInputStream().read(to, offset, most);
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (endsWhereItBreaks) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public int available() throws IOException {
        return ahead.length - next + bound.getInputStream().available();
    }

    @Override
    public void close() throws IOException {
        bound.getInputStream().close();
    }

    private final class LookedAt extends SocketHolder {

        LookedAt(Socket socket) {
            super(socket);
        }

        LookedAt(SSLSocket tls, Socket base) {
            super(tls, base);
        }

        @Override
        protected InputStream getInputStream(Socket socket) {
            return ResponseBytes.this;
        }

        @Override
        protected OutputStream getOutputStream(Socket socket) throws IOException {
            return bound.getOutputStream();
        }
    }
}
