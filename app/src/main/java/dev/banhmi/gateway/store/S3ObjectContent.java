package dev.banhmi.gateway.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

final class S3ObjectContent implements ObjectContent {

    private final ObjectInfo info;
    private final ResponseInputStream<GetObjectResponse> response;
    private final Counted stream;

    S3ObjectContent(ObjectInfo info, ResponseInputStream<GetObjectResponse> response) {
        this.info = info;
        this.response = response;
        this.stream = new Counted(response, response.response().contentLength());
    }

    /** All that can be wrong with what the response says is found here, while its caller still has the connection. */
    static S3ObjectContent of(ResponseInputStream<GetObjectResponse> response, SentRange sent) {
        return new S3ObjectContent(ObjectInfos.of(response.response(), sent.total()), response);
    }

    @Override
    public ObjectInfo info() {
        return info;
    }

    @Override
    public InputStream stream() {
        return stream;
    }

    /**
     * Reads to the end of the stream when all bytes are there, and no more of them. A reader that knows the length stops before it, but only
     * there does the HTTP client take the connection back; dropping it after the last byte would cost a new one, with
     * its handshakes, for every object.
     */
    @Override
    public void close() {
        if (stream.left != 0) {
            response.abort();
            return;
        }
        try {
            response.close();
        } catch (IOException e) {
            // All bytes are there; a connection that cannot be used again is all that is lost.
            response.abort();
        }
    }

    private static final class Counted extends FilterInputStream {

        private long left;

        Counted(InputStream in, long length) {
            super(in);
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            int value = in.read();
            if (value >= 0) {
                left--;
            }
            return value;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            int count = in.read(target, offset, wanted);
            if (count > 0) {
                left -= count;
            }
            return count;
        }

        @Override
        public long skip(long wanted) throws IOException {
            long count = in.skip(wanted);
            left -= count;
            return count;
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
