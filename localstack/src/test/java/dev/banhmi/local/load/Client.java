package dev.banhmi.local.load;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One caller, who sends a file slowly, asks for it, reads it back, reads a larger one slowly and deletes his own, and so on; every fourth
 * does so over the API of 2018. He keeps his connection as long as the server does.
 */
final class Client implements Runnable {

    /** The large object that all clients read. */
    static final String SHARED_NAME = "load/shared";

    private static final String BOUNDARY = "constant-clients";

    private final int number;
    private final Load load;
    private final Tally tally;
    private final BooleanSupplier goOn;
    private @Nullable HttpConnection connection;

    /** What is asked of every client. */
    record Load(URI server, String bucket, GeneratedBytes shared, long uploadBytes, Duration transfer) {}

    Client(int number, Load load, Tally tally, BooleanSupplier goOn) {
        this.number = number;
        this.load = load;
        this.tally = tally;
        this.goOn = goOn;
    }

    /** Stores the object named {@link #SHARED_NAME}. */
    void prepare() throws IOException, InterruptedException {
        expect(put(SHARED_NAME, load.shared(), Duration.ZERO), "200 or 201", 200, 201);
    }

    @Override
    public void run() {
        try {
            boolean up = number % 2 == 0;
            for (int round = 0; goOn.getAsBoolean(); round++) {
                String name = "load/" + number + "/" + round;
                GeneratedBytes content = new GeneratedBytes(number * 1_000_003L + round, load.uploadBytes());
                boolean legacy = number % 4 >= 2;
                if (up) {
                    attempt("upload", () -> upload(legacy, name, content));
                }
                if (goOn.getAsBoolean()) {
                    attempt("download", () -> slowDownload(legacy));
                }
                up = true;
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private interface Step {
        void run() throws IOException, InterruptedException;
    }

    private void attempt(String what, Step step) throws InterruptedException {
        long start = System.nanoTime();
        try {
            step.run();
        } catch (IOException failure) {
            disconnect();
            tally.failed(String.format(
                    Locale.ROOT,
                    "client %d, %s, after %.1f s: %s",
                    number,
                    what,
                    (System.nanoTime() - start) / 1e9,
                    failure));
            // A server that refuses at once would otherwise be asked thousands of times a second.
            Thread.sleep(500);
        }
    }

    private void upload(boolean legacy, String name, GeneratedBytes content) throws IOException, InterruptedException {
        long start = System.nanoTime();
        tally.begun(number);
        try {
            if (legacy) {
                expect(post(name, content), "200", 200);
            } else {
                expect(put(name, content, load.transfer()), "201", 201);
            }
        } finally {
            tally.ended();
        }
        tally.transferred(Duration.ofNanos(System.nanoTime() - start), content.length());
        expect(send(Request.of(legacy ? "GET" : "HEAD", target(legacy, "status", name))), "200", 200);
        download(legacy, name, content, Duration.ZERO);
        expect(send(Request.of("DELETE", target(legacy, "delete", name))), "204", 204);
    }

    private void slowDownload(boolean legacy) throws IOException, InterruptedException {
        long start = System.nanoTime();
        tally.begun(number);
        try {
            // One object over both APIs: that of 2018 stores under the hash of a name, as /v1 does in a bucket of this
            // layout.
            download(legacy, SHARED_NAME, load.shared(), load.transfer());
        } finally {
            tally.ended();
        }
        tally.transferred(
                Duration.ofNanos(System.nanoTime() - start), load.shared().length());
    }

    private Response put(String name, GeneratedBytes content, Duration duration)
            throws IOException, InterruptedException {
        return send(new Request(
                "PUT", target(false, "", name), List.of(), content.length(), out -> write(content, duration, out)));
    }

    private Response post(String name, GeneratedBytes content) throws IOException, InterruptedException {
        String metadata = "{\"bucket\":\"%s\",\"key\":\"%s\",\"size\":%d,\"parts\":1}"
                .formatted(load.bucket(), name, content.length());
        byte[] before = ("--" + BOUNDARY + "\r\nContent-Type: application/json\r\n\r\n" + metadata + "\r\n--" + BOUNDARY
                        + "\r\nContent-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] after = ("\r\n--" + BOUNDARY + "--\r\n").getBytes(StandardCharsets.US_ASCII);
        return send(new Request(
                "POST",
                target(true, "upload", name),
                List.of("Content-Type: multipart/mixed; boundary=" + BOUNDARY),
                before.length + content.length() + after.length,
                out -> {
                    out.write(before);
                    write(content, load.transfer(), out);
                    out.write(after);
                }));
    }

    private static void write(GeneratedBytes content, Duration duration, OutputStream out)
            throws IOException, InterruptedException {
        Pace pace = new Pace(content.length(), duration);
        byte[] buffer = new byte[8 * 1024];
        for (long position = 0; position < content.length(); ) {
            int count = (int) Math.min(buffer.length, content.length() - position);
            content.fill(buffer, position, count);
            out.write(buffer, 0, count);
            position += count;
            pace.await(position);
        }
    }

    private void download(boolean legacy, String name, GeneratedBytes content, Duration duration)
            throws IOException, InterruptedException {
        Received received = new Received(content, duration);
        Response response = send(Request.of("GET", target(legacy, "download", name)), received);
        expect(response, "200 or 206", 200, 206);
        if (received.position != content.length()) {
            throw new IOException("%d bytes of %d, and no error".formatted(received.position, content.length()));
        }
    }

    private String target(boolean legacy, String operation, String name) {
        return legacy
                ? "/file/" + operation + "?bucket=" + load.bucket() + "&key=" + name
                : "/v1/objects/" + load.bucket() + "/" + name;
    }

    private Response send(Request request) throws IOException, InterruptedException {
        return send(request, (bytes, count) -> {});
    }

    private Response send(Request request, Request.Sink sink) throws IOException, InterruptedException {
        try {
            return sendOnce(request, sink);
        } catch (HttpConnection.StaleException stale) {
            if (!request.isIdempotent()) {
                throw stale;
            }
            disconnect();
            tally.sentAgain();
            return sendOnce(request, sink);
        }
    }

    private Response sendOnce(Request request, Request.Sink sink) throws IOException, InterruptedException {
        HttpConnection open = connection == null ? new HttpConnection(load.server()) : connection;
        connection = open;
        Response response = open.exchange(request, sink);
        tally.completed();
        if (response.closesConnection()) {
            disconnect();
        }
        return response;
    }

    private static void expect(Response response, String expected, int... statuses) throws IOException {
        for (int status : statuses) {
            if (response.status() == status) {
                return;
            }
        }
        throw new IOException("status " + response.status() + " instead of " + expected);
    }

    private void disconnect() {
        HttpConnection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException failure) {
                tally.failed("client " + number + " could not close its socket: " + failure);
            }
        }
    }

    /** Compares what arrives, no faster than the pace. */
    private static final class Received implements Request.Sink {
        private final GeneratedBytes content;
        private final Pace pace;
        private long position;

        Received(GeneratedBytes content, Duration duration) {
            this.content = content;
            this.pace = new Pace(content.length(), duration);
        }

        @Override
        public void accept(byte[] bytes, int count) throws IOException, InterruptedException {
            long mismatch = content.mismatch(bytes, position, count);
            if (mismatch >= 0) {
                throw new IOException("another byte than was stored at position " + mismatch);
            }
            position += count;
            pace.await(position);
        }
    }
}
