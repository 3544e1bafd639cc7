package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.Seeds;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangePolicyTest {

    private static final long SAMPLE = RangePolicy.SAMPLE_NANOS;
    private static final double ALWAYS = 1;
    private static final double MOSTLY = 0.8;
    private static final double HALF = 0.5;
    private static final double HARDLY = 0.1;

    /** What one connection to a slow store brings in a sample. */
    private static final long ONE = 1 << 20;

    private final RangePolicy policy = new RangePolicy(8);

    @Test
    void beginsWithNone() {
        assertThat(policy.ranges()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1.0, 2", "0.75, 2", "0.7, 0", "0.5, 0", "0.0, 0"})
    void wantsRangesOnlyWhileTheClientWaits(double share, int ranges) {
        assertThat(sample(share, ONE)).isEqualTo(ranges);
    }

    @Test
    void wantsNoneFromAFastStoreHoweverLongTheReadsTake() {
        assertThat(sample(ALWAYS, RangePolicy.FAST / 4)).isZero();
        assertThat(sample(ALWAYS, RangePolicy.FAST / 4 - 1)).isEqualTo(2);
    }

    @Test
    void growsWhileMoreConnectionsBringMore() {
        assertThat(sample(ALWAYS, ONE)).isEqualTo(2);
        assertThat(sample(ALWAYS, 3 * ONE)).isEqualTo(4);
        assertThat(sample(ALWAYS, 5 * ONE)).isEqualTo(8);
        assertThat(sample(ALWAYS, 9 * ONE)).isEqualTo(8);
        assertThat(samples(100, ALWAYS, 9 * ONE)).isEqualTo(8);
    }

    @Test
    void givesNewConnectionsTimeToShowWhatTheyBring() {
        sample(ALWAYS, ONE);
        assertThat(samples(7, ALWAYS, ONE)).isEqualTo(2);
        assertThat(sample(ALWAYS, 3 * ONE)).isEqualTo(4);
    }

    @Test
    void goesBackToOneStreamForGoodWhenRangesBringNothing() {
        sample(ALWAYS, ONE);
        assertThat(samples(8, ALWAYS, ONE)).isZero();
        assertThat(samples(100, ALWAYS, ONE)).isZero();
    }

    @Test
    void goesBackToTheLastNumberThatHelped() {
        sample(ALWAYS, ONE);
        assertThat(sample(ALWAYS, 2 * ONE)).isEqualTo(4);
        assertThat(samples(8, ALWAYS, 2 * ONE)).isEqualTo(2);
        assertThat(samples(100, ALWAYS, 4 * ONE)).isEqualTo(2);
    }

    @Test
    void shrinksToNoneWhileTheClientIsTheSlowerOne() {
        sample(ALWAYS, ONE);
        assertThat(sample(MOSTLY, 3 * ONE)).isEqualTo(4);
        assertThat(sample(HARDLY, ONE)).isEqualTo(3);
        assertThat(samples(3, HARDLY, ONE)).isZero();
        assertThat(samples(10, HARDLY, ONE)).isZero();
    }

    @Test
    void keepsWhatItHasWhileBothAreEquallyFast() {
        sample(ALWAYS, ONE);
        assertThat(samples(5, 0.4, ONE)).isEqualTo(2);
        assertThat(samples(5, HALF, ONE)).isEqualTo(2);
    }

    @Test
    void wantsRangesAgainAfterTheClientWasSlow() {
        sample(ALWAYS, ONE);
        assertThat(samples(2, HARDLY, ONE)).isZero();
        assertThat(sample(ALWAYS, ONE)).isEqualTo(2);
    }

    @Test
    void wantsNoMoreThanThereWasRoomFor() {
        sample(ALWAYS, ONE);
        sample(ALWAYS, 3 * ONE);
        policy.refusedBeyond(3);
        assertThat(policy.ranges()).isEqualTo(3);
        policy.refusedBeyond(5);
        assertThat(policy.ranges()).isEqualTo(3);
    }

    @Test
    void staysWithinItsBoundsWhateverIsMeasured() {
        long seed = Seeds.SEED;
        Random random = new Random(seed);
        for (int most = 0; most < 10; most++) {
            RangePolicy any = new RangePolicy(most);
            for (int i = 0; i < 10_000; i++) {
                long nanos = 1 + random.nextLong(10 * SAMPLE);
                int ranges = any.after(nanos, random.nextLong(nanos + 1), random.nextLong(RangePolicy.FAST));
                assertThat(ranges).as("seed %d", seed).isBetween(0, most);
                if (random.nextInt(20) == 0) {
                    any.refusedBeyond(random.nextInt(10));
                }
            }
        }
    }

    private int sample(double share, long bytes) {
        return policy.after(SAMPLE, (long) (share * SAMPLE), bytes);
    }

    private int samples(int count, double share, long bytes) {
        for (int i = 0; i < count; i++) {
            sample(share, bytes);
        }
        return policy.ranges();
    }
}
