package dev.banhmi.gateway.transfer.memory;

import java.io.IOException;
import java.io.InputStream;

/** A body as it comes from a client, whose speed is measured on the way. */
public final class ClientBody extends InputStream {

    private final InputStream body;
    private final ClientSpeed speed;

    /**
     * The body of one client.
     *
     * @param body closed by its opener
     * @param speed the client's meter
     */
    public ClientBody(InputStream body, ClientSpeed speed) {
        this.body = body;
        this.speed = speed;
    }

    @Override
    public int read() throws IOException {
        speed.waiting();
        int value = -1;
        try {
            value = body.read();
            return value;
        } finally {
            speed.received(value < 0 ? 0 : 1);
        }
    }

    @Override
    public int read(byte[] target, int offset, int wanted) throws IOException {
        speed.waiting();
        int count = 0;
        try {
            count = body.read(target, offset, wanted);
            return count;
        } finally {
            speed.received(Math.max(0, count));
        }
    }
}
