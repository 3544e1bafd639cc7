package dev.banhmi.gateway.transfer;

import static dev.banhmi.gateway.transfer.AheadFixture.MEBIBYTE;
import static dev.banhmi.gateway.transfer.AheadFixture.SIZE;
import static dev.banhmi.gateway.transfer.AheadFixture.SLOW_NANOS_PER_BYTE;
import static dev.banhmi.gateway.transfer.AheadFixture.await;
import static dev.banhmi.gateway.transfer.AheadFixture.range;
import static dev.banhmi.gateway.transfer.UploadFixture.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import dev.banhmi.gateway.transfer.WatchedStreams.Request;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import dev.banhmi.gateway.transfer.prefetch.PrefetchPolicy;
import dev.banhmi.testkit.Seeds;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DownloadAheadTest {

    private final IOException reset = new IOException("Connection reset");
    private final AheadFixture ahead = new AheadFixture();
    private final ComparingClient client = new ComparingClient(0, (_, _) -> {});

    @AfterEach
    void leavesNothing() {
        ahead.close();
        ahead.assertAtRest();
    }

    @Test
    void readsASlowStoreInParallel() throws IOException {
        ahead.put(SIZE);
        CountDownLatch allBegun = new CountDownLatch(3);
        ahead.serve((first, length) -> ahead.after(first == 0 ? 4 * MEBIBYTE : MEBIBYTE, first, length, () -> {
            // None of them comes to its end before all are being read.
            allBegun.countDown();
            await(allBegun);
        }));
        ahead.download(client);
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.mostOpen()).isGreaterThanOrEqualTo(3);
        assertThat(ahead.streams.requests().subList(0, 3))
                .containsExactlyInAnyOrder(new Request(0, SIZE), range(8 * MEBIBYTE), range(16 * MEBIBYTE));
    }

    /** All bytes of the range are there, and nobody waits for more of them. */
    @Test
    void sendsEverythingWhenARangeCannotBeClosed() throws IOException {
        ahead.put(SIZE);
        Request faulty = range(8 * MEBIBYTE);
        IllegalStateException fault = new IllegalStateException("planted");
        ahead.serve((first, length) -> new Request(first, length).equals(faulty)
                ? AheadFixture.failingWhenClosed(ahead.slow(first, length), fault)
                : ahead.slow(first, length));
        ahead.download(client);
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests()).contains(faulty);
    }

    @Test
    void opensNoSecondReadWhileTheClientIsTheSlowerOne() throws IOException {
        ahead.put(SIZE);
        ahead.serve(Generated::from);
        ahead.download(new ComparingClient(0, (_, taken) -> ahead.nanoTime.addAndGet(taken * SLOW_NANOS_PER_BYTE)));
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, SIZE));
    }

    @Test
    void opensNoSecondReadOfAFastStore() throws IOException {
        long size = 300 * MEBIBYTE;
        ahead.put(size);
        ahead.serve((first, length) -> ahead.passingTime(1, Generated.from(first, length)));
        ahead.download(client);
        assertThat(ahead.nanoTime.get()).isGreaterThan(PrefetchPolicy.SAMPLE_NANOS);
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, size));
    }

    @Test
    void opensNoSecondReadWhenLittleIsLeft() throws IOException {
        long size = 15 * MEBIBYTE;
        ahead.put(size);
        ahead.serve(ahead::slow);
        ahead.download(client);
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, size));
    }

    @Test
    void opensNoSecondReadWithoutMemory() throws IOException {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        try (PartBuffer _ = ahead.budget.tryReserve(ahead.budget.total() / 2)) {
            ahead.download(client);
        }
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, SIZE));
    }

    @Test
    void opensNoSecondReadWithoutAConnection() throws IOException {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        try (Download download = new Downloads(
                        ahead.store,
                        Duration.ZERO,
                        new PrefetchAllowance(ahead.budget, 8, 0, Long.MAX_VALUE, ahead.nanoTime::get))
                .open(key("it"))) {
            download.writeTo(client);
        }
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, SIZE));
    }

    @Test
    void opensNoSecondReadWhileAllDownloadsTogetherAreFast() throws IOException {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        ComparingClient amongOthers =
                new ComparingClient(0, (_, taken) -> ahead.allowance.isEnoughWith(taken * 1_000L));
        ahead.download(amongOthers);
        assertThat(amongOthers.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests()).containsExactly(new Request(0, SIZE));
    }

    @Test
    void readsAheadAgainWhenTheOthersAreThrough() {
        ahead.nanoTime.addAndGet(PrefetchPolicy.SAMPLE_NANOS);
        assertThat(ahead.allowance.isEnoughWith(AheadFixture.ENOUGH / 4)).isTrue();
        ahead.nanoTime.addAndGet(PrefetchPolicy.SAMPLE_NANOS);
        assertThat(ahead.allowance.isEnoughWith(AheadFixture.ENOUGH / 4 - 1)).isFalse();
    }

    @Test
    void readsOneRangeAheadWhenThereIsMemoryForOne() throws IOException {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        try (PartBuffer _ = ahead.budget.tryReserve(ahead.budget.total() / 2 - PrefetchAllowance.RANGE)) {
            ahead.download(client);
        }
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests()).contains(range(8 * MEBIBYTE));
    }

    @Test
    void asksAgainForTheRestOfARangeThatFailedAndForNothingElse() throws IOException {
        ahead.put(SIZE);
        long broken = 16 * MEBIBYTE;
        ahead.serve((first, length) ->
                first == broken ? Generated.failingAfter(first, 3_000_000, reset) : ahead.slow(first, length));
        ahead.download(client);
        assertThat(client.count()).isEqualTo(SIZE);
        assertThat(ahead.streams.requests())
                .containsOnlyOnce(range(broken))
                .containsOnlyOnce(new Request(broken + 3_000_000, PrefetchAllowance.RANGE - 3_000_000))
                .doesNotHaveDuplicates();
    }

    @Test
    void opensARangeAgainThatWasRefusedThreeTimes() throws IOException {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        ahead.store.hooks().fail(Operation.GET, 2, 4, () -> new GatewayException(ErrorCode.STORE_UNAVAILABLE, "busy"));
        ahead.download(client);
        assertThat(client.count()).isEqualTo(SIZE);
    }

    @Test
    void sendsAllThatLiesBeforeARangeThatStaysBroken() {
        ahead.put(SIZE);
        long broken = 16 * MEBIBYTE;
        ahead.serve((first, length) -> {
            boolean within = first >= broken && first < broken + PrefetchAllowance.RANGE;
            return within
                    ? Generated.failingAfter(first, first == broken ? 3 * MEBIBYTE : 0, reset)
                    : ahead.slow(first, length);
        });
        assertThatThrownBy(() -> ahead.download(client))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.STORE_UNAVAILABLE, GatewayException::code);
        assertThat(client.count()).isEqualTo(broken + 3 * MEBIBYTE);
    }

    @Test
    void sendsNoByteOfAnotherVersion() {
        ahead.put(SIZE);
        ahead.serve(ahead::slow);
        AtomicBoolean replaced = new AtomicBoolean();
        ahead.store.hooks().before(Operation.GET, () -> {
            // Whichever range comes first: all of them wait until it is another object.
            synchronized (replaced) {
                if (ahead.store.hooks().calls(Operation.GET) > 1 && replaced.compareAndSet(false, true)) {
                    ahead.put(SIZE + 1);
                }
            }
        });
        assertThatThrownBy(() -> ahead.download(client))
                .asInstanceOf(type(GatewayException.class))
                .returns(ErrorCode.PRECONDITION_FAILED, GatewayException::code);
        assertThat(client.count()).isEqualTo(8 * MEBIBYTE);
    }

    @Test
    void keepsTheEndBackWhenAByteOfARangeIsNotWhatWasStored() {
        ahead.put(SIZE);
        ahead.serve((first, length) ->
                first == 16 * MEBIBYTE ? Generated.from(first + 1, length) : ahead.slow(first, length));
        AtomicLong count = new AtomicLong();
        try (Download download = ahead.downloads.open(key("it"))) {
            assertThatThrownBy(() -> download.writeTo(new CountingClient(count)))
                    .asInstanceOf(type(GatewayException.class))
                    .returns(ErrorCode.STORE_FAULT, GatewayException::code);
        }
        assertThat(count.get()).isLessThan(SIZE);
    }

    @Test
    void goesBackToOneStreamWhenTheClientHasBecomeTheSlowerOne() throws IOException {
        long size = 150 * MEBIBYTE;
        ahead.put(size);
        ahead.serve(
                (first, length) -> first < 8 * MEBIBYTE ? ahead.slow(first, length) : Generated.from(first, length));
        ComparingClient slowLater = new ComparingClient(0, (total, taken) -> {
            if (total > 8 * MEBIBYTE) {
                ahead.nanoTime.addAndGet(taken * SLOW_NANOS_PER_BYTE);
            }
        });
        ahead.download(slowLater);
        assertThat(slowLater.count()).isEqualTo(size);
        Request last = ahead.streams.requests().getLast();
        assertThat(last.length()).isGreaterThan(PrefetchAllowance.RANGE);
        assertThat(last.first() + last.length()).isEqualTo(size);
    }

    @Test
    void sendsTheRightBytesWhateverHappens() throws IOException {
        long seed = Seeds.seed(DownloadAheadTest.class);
        System.out.println("DownloadAheadTest seed " + seed);
        Random random = new Random(seed);
        AtomicInteger inRanges = new AtomicInteger();
        for (int round = 0; round < 40; round++) {
            downloadSomethingAnyhow(random, inRanges);
            assertThat(ahead.streams.open())
                    .as("open streams, seed %d, round %d", seed, round)
                    .isZero();
            assertThat(ahead.budget.available())
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(ahead.budget.total());
        }
        assertThat(inRanges).as("seed %d", seed).hasPositiveValue();
    }

    private void downloadSomethingAnyhow(Random random, AtomicInteger inRanges) throws IOException {
        long size = 1 + random.nextLong(64 * MEBIBYTE);
        ahead.put(size);
        long seed = random.nextLong();
        int failing = random.nextInt(60);
        long storeNanos = random.nextLong(SLOW_NANOS_PER_BYTE);
        long clientNanos = random.nextLong(100);
        int before = ahead.streams.requests().size();
        ahead.serve((first, length) -> {
            Random own = new Random(seed ^ first);
            long pace = own.nextInt(4) == 0 ? 0 : storeNanos;
            boolean fails = length > 1 && own.nextInt(100) < failing;
            long until = fails ? 1 + own.nextLong(Math.min(length - 1, 2 * PrefetchAllowance.RANGE)) : length;
            return ahead.passingTime(
                    pace, fails ? Generated.failingAfter(first, until, reset) : Generated.from(first, length));
        });
        boolean whole = random.nextBoolean();
        long first = whole ? 0 : random.nextLong(size);
        long length = whole ? size : 1 + random.nextLong(size - first);
        ComparingClient any = new ComparingClient(first, (_, taken) -> ahead.nanoTime.addAndGet(taken * clientNanos));
        long taken = random.nextLong(ahead.budget.total() / 2);
        try (PartBuffer _ = ahead.budget.tryReserve(taken);
                Download download = whole
                        ? ahead.downloads.open(key("it"))
                        : ahead.downloads.openRange(key("it"), ahead.store.head(key("it")), first, length)) {
            download.writeTo(any);
        }
        assertThat(any.count()).isEqualTo(length);
        inRanges.addAndGet((int) ahead.streams.requests().stream()
                .skip(before)
                .filter(request ->
                        request.length() == PrefetchAllowance.RANGE && request.first() % PrefetchAllowance.RANGE == 0)
                .count());
    }

    private static final class CountingClient extends OutputStream {
        private final AtomicLong count;

        CountingClient(AtomicLong count) {
            this.count = count;
        }

        @Override
        public void write(int value) {
            count.incrementAndGet();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            count.addAndGet(length);
        }
    }
}
