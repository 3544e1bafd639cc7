package dev.banhmi.local.load;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Clients that never rest, counted: {@code ConstantClients <base URL> <bucket> <clients> <seconds of a transfer> <seconds at most>}. A line
 * with the counts appears every two seconds. On SIGTERM, and after the longest time in any case, no client begins anew, transfers under way
 * come to their end, and a last line begins with {@code end}. Each failed response, refused or broken connection and wrong
 * byte is a failure; nothing is tried again but an idempotent request on a stale connection, which is counted apart.
 */
final class ConstantClients {

    private static final long SHARED_BYTES = 8_000_003;
    // 32 of them at a time are less than what the slow may hold of a gateway's memory in a container of 512 MB.
    private static final long UPLOAD_BYTES = 1_000_003;
    private static final int REPORT_MILLIS = 2_000;

    private ConstantClients() {}

    /**
     * Runs until SIGTERM.
     *
     * @param arguments as above
     * @throws Exception if the store cannot be prepared
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 5) {
            System.err.println(
                    "usage: ConstantClients <base URL> <bucket> <clients> <seconds of a transfer> <seconds at most>");
            System.exit(64);
        }
        Client.Load load = new Client.Load(
                URI.create(arguments[0]),
                arguments[1],
                new GeneratedBytes(2018, SHARED_BYTES),
                UPLOAD_BYTES,
                Duration.ofSeconds(Integer.parseInt(arguments[3])));
        AtomicBoolean goOn = new AtomicBoolean(true);
        CountDownLatch finished = new CountDownLatch(1);
        Tally tally = new Tally();
        new Client(-1, load, tally, goOn::get).prepare();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            goOn.set(false);
            awaitQuietly(finished, load.transfer().plusSeconds(60));
            System.out.println("end " + tally.line());
            System.out.flush();
        }));

        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < Integer.parseInt(arguments[2]); number++) {
            threads.add(Thread.ofVirtual().start(new Client(number, load, tally, goOn::get)));
        }
        long end = System.nanoTime()
                + Duration.ofSeconds(Integer.parseInt(arguments[4])).toNanos();
        while (goOn.get() && System.nanoTime() < end) {
            System.out.println(tally.line());
            Thread.sleep(REPORT_MILLIS);
        }
        goOn.set(false);
        for (Thread thread : threads) {
            thread.join();
        }
        finished.countDown();
    }

    private static void awaitQuietly(CountDownLatch latch, Duration longest) {
        try {
            if (!latch.await(longest.toSeconds(), TimeUnit.SECONDS)) {
                System.out.println("clients: some transfers had not ended after " + longest.toSeconds() + " s");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
