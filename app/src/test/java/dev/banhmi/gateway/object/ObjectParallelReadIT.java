package dev.banhmi.gateway.object;

import static dev.banhmi.gateway.object.ObjectWorld.HASHED;
import static dev.banhmi.gateway.object.ObjectWorld.freshName;
import static dev.banhmi.testkit.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.object.ObjectClient.Response;
import dev.banhmi.gateway.transfer.prefetch.PrefetchPolicy;
import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.Pauses;
import dev.banhmi.testkit.RawHttp;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A slow store is read over several connections at once, a fast one over one. */
@InOwnWorlds(Emulator.S3PROXY)
class ObjectParallelReadIT extends ObjectContract {

    private static final long SLOW = 4 * MEBIBYTE;

    /**
     * More than 8 minutes for a range of 8 MiB, more than the test waits; yet the gateway has a whole buffer of 64 KiB to write after 4 s,
     * by which it notices that nobody is there.
     */
    private static final long CRAWLING = 16 * 1024;

    private static final long UNLIMITED = 1L << 40;

    private static final int SIZE = 48 * MEBIBYTE;
    private static final int FIRST = 1_000_003;
    private static final int STEP = MEBIBYTE;

    /**
     * With shorter steps no sample of a quarter of a second has waited for the store for three quarters of it: at worst it begins
     * with as much waiting for the client as for the store, and ends within a step.
     */
    private static final Duration NOT_AHEAD = Duration.ofNanos(PrefetchPolicy.SAMPLE_NANOS / 2);

    private final String name = freshName();

    ObjectParallelReadIT(ObjectWorld world) {
        super(world);
    }

    @Test
    void readsASlowStoreOverSeveralConnections() throws IOException {
        byte[] content = content(1, SIZE);
        stored(HASHED, name, content);
        try (ThrottlingRelay relay = ThrottlingRelay.start(world.store().endpoint(), SLOW);
                GatewayProcess gateway = before(relay).start();
                ObjectClient reader = new ObjectClient(gateway.uri())) {
            long began = System.nanoTime();
            Response whole = reader.get(HASHED, name);
            print("whole object", SIZE, began, relay);
            assertStatus(whole, 200);
            assertThat(Arrays.equals(whole.body(), content)).isTrue();
            assertThat(relay.mostReading()).isGreaterThan(2);

            relay.forget();
            began = System.nanoTime();
            Response range = reader.get(HASHED, name, "Range", "bytes=" + FIRST + "-");
            print("range", SIZE - FIRST, began, relay);
            assertStatus(range, 206);
            assertThat(Arrays.equals(range.body(), 0, SIZE - FIRST, content, FIRST, SIZE))
                    .isTrue();
            assertThat(relay.mostReading()).isGreaterThan(2);

            await().until(() -> relay.reading() == 0);
            assertThat(gateway.output()).doesNotContain(" ERROR ", "resumes at byte");
        }
    }

    /** The client takes the next bytes only when the store has some ready, and no sooner than it took the store to be ahead. */
    @Test
    void readsAStoreThatIsAheadOfItsClientOnce() throws Exception {
        byte[] content = content(4, SIZE);
        stored(HASHED, name, content);
        String warm = freshName();
        stored(HASHED, warm, content(5, MEBIBYTE));
        try (ThrottlingRelay relay = ThrottlingRelay.start(world.store().endpoint(), UNLIMITED);
                GatewayProcess gateway = before(relay).start();
                ObjectClient reader = new ObjectClient(gateway.uri())) {
            // A cold gateway would be behind its client.
            assertStatus(reader.get(HASHED, warm), 200);
            Pauses.repeatedWhereLongerThan(NOT_AHEAD, pauses -> readsOnce(content, relay, gateway, pauses));
        }
    }

    /** Whether one read was enough; each step lasts until the store is ahead. */
    private boolean readsOnce(byte[] content, ThrottlingRelay relay, GatewayProcess gateway, Pauses pauses)
            throws Exception {
        await().until(() -> relay.reading() == 0);
        relay.forget();
        int printed = gateway.output().length();
        try (RawHttp connection = RawHttp.connect(gateway.uri(), 64 * 1024)) {
            long began = System.nanoTime();
            pauses.begin();
            connection.send(client.requestHead("GET", ObjectClient.target(HASHED, name)));
            InputStream body = connection.response().body();
            byte[] taken = new byte[SIZE];
            long step = began;
            for (int count = 0; count < SIZE; count += STEP) {
                await().until(() -> relay.reading() == 0 || isAhead(relay, gateway));
                pauses.end();
                // The gateway has waited for the store at most that long, and now it waits for the client.
                Thread.sleep(Duration.ofNanos(System.nanoTime() - step));
                step = System.nanoTime();
                pauses.begin();
                assertThat(body.readNBytes(taken, count, Math.min(STEP, SIZE - count)))
                        .isEqualTo(Math.min(STEP, SIZE - count));
            }
            pauses.end();

            print("ahead of its client", SIZE, began, relay);
            assertThat(Arrays.equals(taken, content)).isTrue();
            // A store that gave up a client as slow as this is asked for the rest, which the log tells.
            long resumed = gateway.output()
                    .substring(printed)
                    .lines()
                    .filter(line -> line.contains("resumes at byte"))
                    .count();
            if (pauses.longest().compareTo(NOT_AHEAD) >= 0 && relay.reads().size() != 1 + (int) resumed) {
                return false;
            }
            assertThat(relay.reads()).hasSize(1 + (int) resumed).startsWith("whole");
            return true;
        }
    }

    /**
     * Whether the gateway has bytes of the store that it does not read, and the store further ones for which there is no
     * room. How many the room holds says nothing: a reader who has taken some of a full one, and no more, is sent the
     * next ones only when half of it is free.
     */
    private static boolean isAhead(ThrottlingRelay store, GatewayProcess gateway) {
        int port = store.uri().getPort();
        return TcpConnections.to(port, gateway.pid()).withUnreadBytes() > 0
                && TcpConnections.acceptedAt(port, ProcessHandle.current().pid())
                                .withUntakenBytes()
                        > 0;
    }

    @Test
    void endsAllReadsWhenTheClientIsGone() throws Exception {
        stored(HASHED, name, content(3, SIZE));
        try (ThrottlingRelay relay = ThrottlingRelay.start(world.store().endpoint(), SLOW);
                GatewayProcess gateway = before(relay).start();
                RawHttp connection = RawHttp.connect(gateway.uri())) {
            connection.send(client.requestHead("GET", ObjectClient.target(HASHED, name)));
            InputStream body = connection.response().body();
            AtomicBoolean leaves = new AtomicBoolean();
            Thread taking = Thread.ofVirtual().start(() -> {
                try {
                    while (!leaves.get() && body.read(new byte[4096]) >= 0) {
                        // Takes what comes.
                    }
                    connection.reset();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await().until(() -> relay.mostReading() > 2);

            // From now on what is on its way does not come to its end by itself while the test waits for that.
            relay.slowDownTo(CRAWLING);
            leaves.set(true);
            taking.join();
            long left = System.nanoTime();

            await().until(() -> relay.reading() == 0);
            System.out.printf(
                    Locale.ROOT,
                    "%s: all reads ended %.2f s after the client was gone%n",
                    world,
                    (System.nanoTime() - left) / 1e9);
            assertThat(gateway.output()).doesNotContain(" ERROR ");
        }
    }

    private GatewayProcess.Builder before(ThrottlingRelay relay) {
        return ObjectWorld.serving(world.store())
                .store(relay.uri(), world.store().credentials());
    }

    private void print(String what, long bytes, long began, ThrottlingRelay relay) {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%s: %s of %d bytes in %.2f s, %.1f MB/s; %d GETs over %d connections, at most %d at once%n",
                world,
                what,
                bytes,
                seconds,
                bytes / seconds / 1e6,
                relay.reads().size(),
                relay.connectionsWithReads(),
                relay.mostReading());
    }
}
