package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ObjectContent;
import dev.banhmi.gateway.store.ObjectInfo;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** One object on its way to one client. Not thread-safe; closing early gives up the rest at once. */
public final class Download implements AutoCloseable {

    private static final int BUFFER = 64 * 1024;

    private final ObjectContent content;

    Download(ObjectContent content) {
        this.content = content;
    }

    /**
     * What is being read.
     *
     * @return the object's facts
     */
    public ObjectInfo info() {
        return content.info();
    }

    /**
     * Writes all bytes. When this throws, fewer bytes than {@link ObjectInfo#size()} were written, and the caller has to make
     * that visible to the client.
     *
     * @param client takes the bytes; not closed
     * @throws IOException when the client is gone
     * @throws GatewayException {@link ErrorCode#STORE_UNAVAILABLE} when the store stops sending
     */
    public void writeTo(OutputStream client) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        for (int count = read(buffer, written); count >= 0; count = read(buffer, written)) {
            client.write(buffer, 0, count);
            written += count;
        }
        if (written != info().size()) {
            throw brokenOff(written, null);
        }
    }

    private int read(byte[] buffer, long written) {
        try {
            return content.stream().read(buffer);
        } catch (IOException e) {
            throw brokenOff(written, e);
        }
    }

    private GatewayException brokenOff(long written, @Nullable IOException cause) {
        return new GatewayException(
                ErrorCode.STORE_UNAVAILABLE,
                "The store stopped sending after " + written + " of " + info().size() + " bytes.",
                cause);
    }

    @Override
    public void close() {
        content.close();
    }
}
