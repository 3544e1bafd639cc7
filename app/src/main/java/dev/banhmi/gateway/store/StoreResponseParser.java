package dev.banhmi.gateway.store;

import java.io.IOException;
import java.io.InputStream;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultHttpResponseParser;
import org.apache.hc.core5.http.io.HttpTransportMetrics;
import org.apache.hc.core5.http.io.SessionInputBuffer;
import org.apache.hc.core5.http.message.BasicLineParser;
import org.apache.hc.core5.util.CharArrayBuffer;
import org.jspecify.annotations.Nullable;

/**
 * HttpClient's parser of one connection, which alone gets to see the buffer; as strict with a response as with its
 * fields.
 */
final class StoreResponseParser extends DefaultHttpResponseParser {

    private @Nullable SessionInputBuffer buffer;

    StoreResponseParser() {
        super(Http1Config.DEFAULT, BasicLineParser.INSTANCE, null);
    }

    /** How many bytes are in HttpClient's buffer that nobody has read. */
    int waiting() {
        return buffer == null ? 0 : buffer.length();
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
}
