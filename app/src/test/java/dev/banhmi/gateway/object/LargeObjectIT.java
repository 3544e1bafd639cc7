package dev.banhmi.gateway.object;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.Seeds;
import dev.banhmi.gateway.process.Emulator;
import dev.banhmi.gateway.process.GeneratedContent;
import dev.banhmi.gateway.process.RawHttp;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/**
 * An object of more bytes than an {@code int} can count, sent with unknown length, so that its parts have to grow on the way.
 * {@code -Dbanhmi.large-object=<bytes>} makes it larger; twice as much room on the disk is needed meanwhile.
 */
class LargeObjectIT {

    private static final long INT_BOUND = 1L << 31;
    private static final long SIZE = Long.getLong("banhmi.large-object", INT_BOUND + 50_000_001);
    private static final int CHUNK = 64 * 1024;

    /** The emulator joins the parts by copying them, 2 to 3 s for each GiB on a machine that does nothing else. */
    private static final Duration JOINING = Duration.ofMinutes(5);

    @Test
    void goesUpWithUnknownLengthAndComesBackTheSame() throws IOException, NoSuchAlgorithmException {
        long seed = Seeds.SEED;
        System.out.println("goesUpWithUnknownLength: " + SIZE + " bytes, seed " + seed);
        try (ObjectWorld world = ObjectWorld.start(Emulator.S3PROXY)) {
            String target = "/v1/objects/" + ObjectWorld.PLAIN + "/large";
            try {
                long start = System.nanoTime();
                ByteArrayOutputStream acrossTheBound = new ByteArrayOutputStream();
                String sent = upload(world, target, new GeneratedContent(seed, SIZE), acrossTheBound);
                report("up", start);

                start = System.nanoTime();
                assertThat(download(world, target, "").sha256()).isEqualTo(sent);
                report("down", start);

                Downloaded range = download(
                        world, target, "Range: bytes=" + (INT_BOUND - CHUNK) + "-" + (INT_BOUND + CHUNK - 1) + "\r\n");
                assertThat(range.length()).isEqualTo(2 * CHUNK);
                assertThat(range.sha256()).isEqualTo(sha256(acrossTheBound.toByteArray()));
                world.assertNothingLeft();
            } finally {
                // The store's directory is kept with what it holds, and this is too much to keep.
                world.store()
                        .s3()
                        .deleteObject(
                                request -> request.bucket(ObjectWorld.PLAIN).key("large"));
            }
        }
    }

    /** Sends all of it and returns its SHA-256; what lies around 2³¹ is kept. */
    private static String upload(
            ObjectWorld world, String target, GeneratedContent content, ByteArrayOutputStream acrossTheBound)
            throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (RawHttp http = RawHttp.connect(world.gateway().uri()).patient(JOINING);
                InputStream bytes = content.open()) {
            http.send("PUT " + target + " HTTP/1.1\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n");
            OutputStream out = new BufferedOutputStream(http.output(), 2 * CHUNK);
            byte[] chunk = new byte[CHUNK];
            long position = 0;
            for (int count = bytes.readNBytes(chunk, 0, CHUNK); count > 0; count = bytes.readNBytes(chunk, 0, CHUNK)) {
                digest.update(chunk, 0, count);
                if (position == INT_BOUND - CHUNK || position == INT_BOUND) {
                    acrossTheBound.write(chunk, 0, count);
                }
                position += count;
                out.write((Integer.toHexString(count) + "\r\n").getBytes(US_ASCII));
                out.write(chunk, 0, count);
                out.write("\r\n".getBytes(US_ASCII));
            }
            out.write("0\r\n\r\n".getBytes(US_ASCII));
            out.flush();
            RawHttp.Response response = http.response();
            String receipt = new String(response.body().readAllBytes(), UTF_8);
            assertThat(response.status()).as("%s", receipt).isEqualTo(201);
            assertThat(receipt).contains("\"size\":" + SIZE);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private record Downloaded(long length, String sha256) {}

    private static Downloaded download(ObjectWorld world, String target, String range)
            throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long length = 0;
        try (RawHttp http = RawHttp.connect(world.gateway().uri())) {
            http.send("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n" + range + "\r\n");
            RawHttp.Response response = http.response();
            assertThat(response.status()).isEqualTo(range.isEmpty() ? 200 : 206);
            byte[] block = new byte[CHUNK];
            for (int count = response.body().read(block);
                    count >= 0;
                    count = response.body().read(block)) {
                digest.update(block, 0, count);
                length += count;
            }
        }
        return new Downloaded(length, HexFormat.of().formatHex(digest.digest()));
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static void report(String way, long start) {
        System.out.printf("%s in %.1f s%n", way, (System.nanoTime() - start) / 1e9);
    }
}
