package dev.banhmi.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.testkit.Seeds;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestedRangeTest {

    private final long seed = Seeds.seed(RequestedRangeTest.class);
    private final Random random = new Random(seed);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0 | 0-0",
                "bytes=0-99 | 0-99",
                "bytes=0- | 0-99",
                "bytes=99- | 99-99",
                "bytes=10-19 | 10-19",
                "bytes=10-1000 | 10-99",
                "bytes=-1 | 99-99",
                "bytes=-100 | 0-99",
                "bytes=-5000 | 0-99",
                "BYTES=1-2 | 1-2",
                "Bytes= 1-2 | 1-2",
                "bytes=,,1-2,\t, | 1-2",
                "bytes=001-0002 | 1-2",
                "bytes=5-99999999999999999999999999 | 5-99",
                "bytes=-99999999999999999999999999 | 0-99",
                "bytes=5-9223372036854775807 | 5-99",
                "bytes=0-9,10-19 | 0-19",
                "bytes=10-19,0-9 | 0-19",
                "bytes=0-9,5-14,0-99 | 0-99",
                "bytes=200-300,5-6 | 5-6",
                "bytes=-0,5-6 | 5-6",
                "bytes=0-9,20-29 | 0-9 20-29",
                "bytes=20-29,0-9 | 20-29 0-9",
                "bytes=50-59,0-9,60-69,5-11 | 50-69 0-11",
                "bytes=0-9,11-19 | 0-9 11-19",
                "bytes=90-,-20,0-0 | 80-99 0-0",
                "bytes=0-0 ,\t-1 | 0-0 99-99"
            })
    void readsRanges(String header, String expected) {
        assertThat(shown(RequestedRange.of(header, 100))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes= , ",
                "bytes=-",
                "bytes=a-b",
                "bytes=1",
                "bytes=5-4",
                "bytes=0-9,5-4",
                "bytes=200-100",
                "bytes=--1",
                "bytes=1--2",
                "bytes=1-2-3",
                "bytes=1 - 2",
                "bytes=+1-2",
                "bytes=1-2;3-4",
                "bytes 1-2",
                "bytes =1-2",
                "items=0-1",
                "byte=0-1",
                "bytes=0x1-2",
                "bytes=0-9,x",
                "bytes=0-9 20-29",
                "=0-1",
                "bytes=\u0661-\u0662",
                "bytes=1.0-2"
            })
    void ignoresWhatIsMalformedOrInAnotherUnit(String header) {
        assertThat(RequestedRange.of(header, 100)).isEqualTo(new RequestedRange.Whole());
    }

    /** What a server gets that knows the size: the same reading, and nothing that is ignored here. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '>',
            value = {
                "bytes=0-9 > bytes=0-9",
                "BYTES=0-9 > bytes=0-9",
                "bytes= 10-\t > bytes=10-",
                "bytes=-5 > bytes=-5",
                "bytes=0-1,2-3 >",
                "bytes=0-1, >",
                "bytes=2-1 >",
                "bytes=-0 >",
                "items=0-1 >"
            })
    void passesOnOneRange(String header, @Nullable String passedOn) {
        assertThat(RequestedRange.single(header)).isEqualTo(passedOn);
    }

    @Test
    void passesOnNothingWithoutAHeader() {
        assertThat(RequestedRange.single(null)).isNull();
    }

    @Test
    void noHeaderAsksForTheWhole() {
        assertThat(RequestedRange.of(null, 100)).isEqualTo(new RequestedRange.Whole());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bytes=100-",
                "bytes=100-200",
                "bytes=-0",
                "bytes=100-,-0,500-600",
                "bytes=99999999999999999999-",
                "bytes=9223372036854775807-",
                "bytes=-000"
            })
    void tellsTheSizeWhenNothingCanBeHad(String header) {
        RequestedRange range = RequestedRange.of(header, 100);
        assertThat(range).isEqualTo(new RequestedRange.Unsatisfiable(100));
        assertThat(new RequestedRange.Unsatisfiable(100).contentRange()).isEqualTo("bytes */100");
        assertThat(new RequestedRange.Unsatisfiable(100).exception("bytes=100-").code())
                .isEqualTo(ErrorCode.RANGE_NOT_SATISFIABLE);
        assertThat(new RequestedRange.Unsatisfiable(100).exception("bytes=100-"))
                .hasMessageContainingAll("\"bytes=100-\"", "100 bytes");
    }

    @Test
    void anEmptyObjectHasNoRanges() {
        assertThat(RequestedRange.of("bytes=0-0", 0)).isEqualTo(new RequestedRange.Unsatisfiable(0));
        assertThat(RequestedRange.of("bytes=0-", 0)).isEqualTo(new RequestedRange.Unsatisfiable(0));
        assertThat(RequestedRange.of("bytes=-0", 0)).isEqualTo(new RequestedRange.Unsatisfiable(0));
        assertThat(RequestedRange.of("bytes=-5", 0)).isEqualTo(new RequestedRange.Whole());
        assertThat(RequestedRange.of("bytes=0-,-5", 0)).isEqualTo(new RequestedRange.Whole());
    }

    @Test
    void countsInLongs() {
        long size = 53_687_091_200_000L;
        assertThat(RequestedRange.of("bytes=53687091199999-", size))
                .isEqualTo(new RequestedRange.Single(new ByteRange(size - 1, size - 1)));
        assertThat(RequestedRange.of("bytes=4294967296-4294967300", size))
                .isEqualTo(new RequestedRange.Single(new ByteRange(1L << 32, (1L << 32) + 4)));
        assertThat(RequestedRange.of("bytes=0-,-1", Long.MAX_VALUE))
                .isEqualTo(new RequestedRange.Single(new ByteRange(0, Long.MAX_VALUE - 1)));
        assertThat(new ByteRange(1L << 32, size - 1).contentRange(size))
                .isEqualTo("bytes 4294967296-53687091199999/53687091200000");
    }

    @Test
    void countsRangesAfterTheyAreCoalesced() {
        assertThat(RequestedRange.of(everyOther(16), 100)).isInstanceOf(RequestedRange.Multiple.class);
        assertThat(RequestedRange.of(everyOther(17), 100)).isEqualTo(new RequestedRange.Whole());
        String touching = IntStream.range(0, 1000).mapToObj(i -> i + "-" + i).collect(Collectors.joining(","));
        assertThat(RequestedRange.of("bytes=" + touching, 2000))
                .isEqualTo(new RequestedRange.Single(new ByteRange(0, 999)));
    }

    @Test
    void givesTheBytesThatWereAskedForAndEachOnce() {
        for (int round = 0; round < 50_000; round++) {
            int size = random.nextInt(40);
            BitSet asked = new BitSet();
            List<String> specs = new ArrayList<>();
            boolean suffixOfNothing = false;
            for (int count = 1 + random.nextInt(12); count > 0; count--) {
                int from = random.nextInt(50);
                int to = from + random.nextInt(8);
                switch (random.nextInt(6)) {
                    case 0 -> {
                        specs.add(from + "-");
                        asked.set(Math.min(from, size), size);
                    }
                    case 1 -> {
                        specs.add("-" + from);
                        asked.set(Math.max(0, size - from), size);
                        suffixOfNothing |= size == 0 && from > 0;
                    }
                    default -> {
                        specs.add(from + "-" + to);
                        asked.set(Math.min(from, size), Math.min(to + 1, size));
                    }
                }
            }
            String header = "bytes=" + String.join(random.nextBoolean() ? "," : " , ", specs);
            RequestedRange range = RequestedRange.of(header, size);
            String what = "seed %d, %s of %d".formatted(seed, header, size);
            switch (range) {
                case RequestedRange.Whole() ->
                    assertThat(suffixOfNothing || runs(asked) > 16).as(what).isTrue();
                case RequestedRange.Unsatisfiable(long length) -> {
                    assertThat(length).as(what).isEqualTo(size);
                    assertThat(asked.isEmpty()).as(what).isTrue();
                }
                case RequestedRange.Single(ByteRange single) ->
                    assertThat(bytes(List.of(single))).as(what).isEqualTo(asked);
                case RequestedRange.Multiple(List<ByteRange> ranges) -> {
                    assertThat(bytes(ranges)).as(what).isEqualTo(asked);
                    assertThat(ranges).as(what).hasSize(runs(asked)).hasSizeBetween(2, 16);
                    assertThat(ranges.stream().mapToLong(ByteRange::length).sum())
                            .as(what)
                            .isEqualTo(asked.cardinality());
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoRange() {
        assertThatThrownBy(() -> new ByteRange(2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ByteRange(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RequestedRange.of("bytes=0-", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    private static String everyOther(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> 2 * i + "-" + 2 * i)
                .collect(Collectors.joining(",", "bytes=", ""));
    }

    private static int runs(BitSet bits) {
        return (int) bits.stream().filter(i -> i == 0 || !bits.get(i - 1)).count();
    }

    private static BitSet bytes(List<ByteRange> ranges) {
        BitSet bytes = new BitSet();
        ranges.forEach(range -> bytes.set((int) range.first(), (int) range.last() + 1));
        return bytes;
    }

    private static String shown(RequestedRange range) {
        return switch (range) {
            case RequestedRange.Whole() -> "whole";
            case RequestedRange.Unsatisfiable(long size) -> "none of " + size;
            case RequestedRange.Single(ByteRange single) -> single.first() + "-" + single.last();
            case RequestedRange.Multiple(List<ByteRange> ranges) ->
                ranges.stream().map(r -> r.first() + "-" + r.last()).collect(Collectors.joining(" "));
        };
    }
}
