package dev.banhmi.gateway.object;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.KeyLayout;
import dev.banhmi.testkit.Patience;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients that send or read a first piece and then nothing: however many they are, a client that does not dawdle is
 * served, and what they hold stays within what is allowed. Time passes only where a test says so.
 */
class SlowClientsTest {

    private static final int OBJECTS = 200;

    /** With a response or a body of some 120 KB each, more than the capacity and more than every budget of entries. */
    private static final int SLOW = 24;

    private final FastWorld world = new FastWorld(KeyLayout.PLAIN);
    private final CountDownLatch resumed = new CountDownLatch(1);
    private final AtomicInteger stalled = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> names = new ArrayList<>();

    SlowClientsTest() {
        for (int i = 0; i < OBJECTS; i++) {
            names.add("%03d-".formatted(i) + "x".repeat(500));
            world.put(names.getLast());
        }
    }

    @AfterEach
    void close() {
        resumed.countDown();
        threads.close();
    }

    @Test
    void doNotKeepOthersFromListing() throws Exception {
        List<Future<byte[]>> slow = start(() -> {
            SlowResponse response = new SlowResponse();
            world.list("GET", "limit=1000", response);
            return response.bytes.toByteArray();
        });

        assertThat(FastWorld.names(world.list("limit=1000"))).isEqualTo(names);

        resumed.countDown();
        byte[] whole = world.listing("GET", "limit=1000").getContentAsByteArray();
        assertThat(served(slow))
                .hasSizeGreaterThan(5)
                .allSatisfy(bytes -> assertThat(bytes).isEqualTo(whole));
        assertAllIsGivenBack();
    }

    @Test
    void doNotKeepOthersFromDeletingWhileTheyReadTheirResults() throws Exception {
        byte[] absent = body(names.stream().map(name -> "absent" + name).toList());
        List<Future<byte[]>> slow = start(() -> {
            SlowResponse response = new SlowResponse();
            world.delete(new ByteArrayInputStream(absent), response);
            return response.bytes.toByteArray();
        });

        assertDeletes();

        resumed.countDown();
        assertThat(served(slow))
                .hasSizeGreaterThan(5)
                .allSatisfy(bytes -> assertThat(new JsonMapper().readTree(bytes).get("results"))
                        .hasSize(OBJECTS));
        assertAllIsGivenBack();
    }

    @Test
    void doNotKeepOthersFromDeletingWhileTheirBodiesArrive() throws Exception {
        byte[] absent = body(names.stream().map(name -> "absent" + name).toList());
        List<Future<byte[]>> slow = start(() -> {
            MockHttpServletResponse response = new MockHttpServletResponse();
            world.delete(stalling(absent), response);
            return response.getContentAsByteArray();
        });

        assertDeletes();

        resumed.countDown();
        assertThat(served(slow))
                .hasSizeGreaterThan(5)
                .allSatisfy(bytes -> assertThat(new JsonMapper().readTree(bytes).get("results"))
                        .hasSize(OBJECTS));
        assertAllIsGivenBack();
    }

    /** Starts them, lets time pass, and returns when as many as can stand still do. */
    private List<Future<byte[]>> start(Callable<byte[]> request) {
        List<Future<byte[]>> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            slow.add(threads.submit(request));
        }
        Patience.await().until(() -> {
            world.clock.advance(WaitingBytes.GRACE);
            return stalled.get() + slow.stream().filter(Future::isDone).count() == SLOW;
        });
        assertThat(Math.min(world.bodies.free(), world.responses.free()))
                .isBetween(0L, (long) FastWorld.WAITING_BYTES / 4);
        world.clock.advance(WaitingBytes.GRACE);
        return slow;
    }

    private void assertDeletes() throws IOException {
        JsonNode results = world.delete("delete", body(names), "Content-Type", "application/json")
                .get("results");
        assertThat(results).hasSize(OBJECTS).allMatch(one -> one.get("status").asInt() == 204);
        assertThat(world.store.objectCount()).isZero();
    }

    /** What was sent to those that did not lose their place; the others are told that it is busy. */
    private static List<byte[]> served(List<Future<byte[]>> requests) throws InterruptedException {
        List<byte[]> served = new ArrayList<>();
        for (Future<byte[]> one : requests) {
            try {
                served.add(one.get());
            } catch (ExecutionException e) {
                assertThat(e.getCause())
                        .isInstanceOfSatisfying(
                                GatewayException.class,
                                cause -> assertThat(cause.code()).isEqualTo(ErrorCode.BUSY));
            }
        }
        assertThat(served).as("some lost their place").hasSizeLessThan(requests.size());
        return served;
    }

    private void assertAllIsGivenBack() {
        assertThat(world.bodies.free()).isEqualTo(FastWorld.WAITING_BYTES);
        assertThat(world.responses.free()).isEqualTo(FastWorld.WAITING_BYTES);
        world.listed.take(3000).close();
        world.deleted.take(1000).close();
    }

    private static byte[] body(List<String> names) {
        return new JsonMapper().writeValueAsBytes(Map.of("names", names));
    }

    private void stall() {
        stalled.incrementAndGet();
        try {
            assertThat(resumed.await(Patience.HANGS.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts", e);
        }
    }

    /** All of a body but its end, and the end after a while. */
    private InputStream stalling(byte[] body) {
        return new InputStream() {
            private int position;

            @Override
            public int read() {
                if (position == body.length - 10) {
                    stall();
                }
                return position == body.length ? -1 : body[position++];
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                int next = length == 0 ? -1 : read();
                if (next >= 0) {
                    target[offset] = (byte) next;
                }
                return next < 0 ? -1 : 1;
            }
        };
    }

    /** Of which the client reads a first piece, and the rest after a while. */
    private final class SlowResponse extends MockHttpServletResponse {

        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public ServletOutputStream getOutputStream() {
            return new ServletOutputStream() {
                @Override
                public void write(int one) {
                    throw new AssertionError("a byte at a time");
                }

                @Override
                public void write(byte[] source, int offset, int length) {
                    if (bytes.size() == 0) {
                        stall();
                    }
                    bytes.write(source, offset, length);
                }

                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException();
                }
            };
        }
    }
}
