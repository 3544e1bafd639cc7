package dev.banhmi.gateway.memory;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.banhmi.testkit.RawHttp;
import dev.banhmi.testkit.RawHttp.Response;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;

/**
 * A client with an object of its own.
 *
 * @param gateway where it sends to
 * @param name of the object, in bucket {@value #BUCKET}
 * @param size of the object in bytes
 * @param slowBytes how many bytes it sends, or takes, at {@value #SLOW} a second, before it is as fast as it can be
 */
record Peer(URI gateway, String name, long size, long slowBytes) {

    static final String BUCKET = "demo";

    /** 50 KB/s. */
    static final int SLOW = 50_000;

    /** What a load balancer in front allows, too; slow peers stand still while others have their turn. */
    private static final Duration TURN = Duration.ofMinutes(5);

    private static final int STEPS_PER_SECOND = 20;
    private static final int BUFFER = 64 * 1024;
    private static final int SMALL_RECEIVE_BUFFER = 16 * 1024;

    /** Sends the object, its length announced or not, and reads the receipt; throws when anything is not as it should be. */
    void upload(boolean lengthAnnounced) throws IOException, InterruptedException {
        try (RawHttp http = RawHttp.connect(gateway).patient(TURN)) {
            http.send(head("PUT") + (lengthAnnounced ? "Content-Length: " + size : "Transfer-Encoding: chunked")
                    + "\r\n\r\n");
            OutputStream output = lengthAnnounced ? http.output() : new Chunked(http.output());
            for (long sent = 0; sent < size; ) {
                int step = step(sent);
                pattern().write(output, sent, step);
                sent += step;
                pause(sent);
            }
            if (!lengthAnnounced) {
                http.send("0\r\n\r\n");
            }
            requireReceipt(http.response());
        }
    }

    void requireReceipt(Response response) throws IOException {
        String receipt = new String(response.body().readAllBytes(), ISO_8859_1);
        if (response.status() != 201
                || !receipt.contains("\"size\":" + size + ",")
                || !receipt.contains("\"value\":\"" + pattern().crc32c(size) + "\",\"verifiedByStore\":true")) {
            throw new IOException(name + ": " + response.status() + " " + receipt);
        }
    }

    /** Reads the object and compares every byte; throws when anything is not as it should be. */
    void download() throws IOException, InterruptedException {
        try (RawHttp http = RawHttp.connect(gateway, slowBytes > 0 ? SMALL_RECEIVE_BUFFER : 0)) {
            http.send(head("GET") + "\r\n");
            Response response = http.response();
            if (response.status() != 200) {
                throw new IOException(name + ": " + response.status());
            }
            InputStream body = response.body();
            byte[] buffer = new byte[BUFFER];
            long taken = 0;
            for (int count = body.read(buffer, 0, step(0)); count >= 0; count = body.read(buffer, 0, step(taken))) {
                if (!pattern().matches(taken, buffer, count)) {
                    throw new IOException(name + ": wrong bytes behind byte " + taken);
                }
                taken += count;
                pause(taken);
                if (taken == size) {
                    return;
                }
            }
            throw new IOException(name + ": ended after " + taken);
        }
    }

    String head(String method) {
        return method + " /v1/objects/" + BUCKET + "/" + name + " HTTP/1.1\r\nHost: gateway\r\n";
    }

    SinkContent pattern() {
        return new SinkContent("/" + BUCKET + "/" + name);
    }

    private int step(long done) {
        int most = done < slowBytes ? SLOW / STEPS_PER_SECOND : BUFFER;
        return (int) Math.min(most, Math.max(1, size - done));
    }

    private void pause(long done) throws InterruptedException {
        if (done < slowBytes) {
            // The pace of a slow peer.
            Thread.sleep(1000 / STEPS_PER_SECOND);
        }
    }

    /** Wraps every write into a chunk of HTTP/1.1. */
    private static final class Chunked extends FilterOutputStream {

        Chunked(OutputStream output) {
            super(output);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write((Integer.toHexString(length) + "\r\n").getBytes(ISO_8859_1));
            out.write(bytes, offset, length);
            out.write("\r\n".getBytes(ISO_8859_1));
        }
    }
}
