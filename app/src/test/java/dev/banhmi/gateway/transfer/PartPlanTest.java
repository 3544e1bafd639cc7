package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.Seeds;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreLimits;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class PartPlanTest {

    private static final long MIB = 1L << 20;
    private static final long GIB = 1L << 30;
    private static final long TIB = 1L << 40;

    private final long seed = Seeds.SEED;
    private final Random random = new Random(seed);

    @Test
    void knowsTheLimitsOfTheStore() {
        assertThat(StoreLimits.MOST_PARTS).isEqualTo(10_000);
        assertThat(StoreLimits.SMALLEST_PART).isEqualTo(5_242_880);
        assertThat(StoreLimits.LARGEST_PART).isEqualTo(5_368_709_120L);
        assertThat(StoreLimits.LARGEST_OBJECT).isEqualTo(53_687_091_200_000L);
        assertThat(StoreLimits.LARGEST_OBJECT / (double) TIB).isBetween(48.8, 48.9);
    }

    @Test
    void onePartHoldsASmallObject() {
        assertKnown(0, 64 * MIB, 8 * MIB, 1, 0);
        assertKnown(1, 64 * MIB, 8 * MIB, 1, 1);
        assertKnown(8 * MIB, 64 * MIB, 8 * MIB, 1, 8 * MIB);
        assertKnown(8 * MIB + 1, 64 * MIB, 8 * MIB, 2, 1);
    }

    @Test
    void partsGrowOnlyWhenTenThousandAreNotEnough() {
        assertKnown(80_000 * MIB, 64 * MIB, 8 * MIB, 10_000, 8 * MIB);
        assertKnown(80_000 * MIB + 1, 64 * MIB, 9 * MIB, 8_889, 8 * MIB + 1);
        assertKnown(90_000 * MIB, 64 * MIB, 9 * MIB, 10_000, 9 * MIB);
        assertKnown(StoreLimits.LARGEST_OBJECT, 5 * GIB, 5 * GIB, 10_000, 5 * GIB);
    }

    @Test
    void refusesAKnownLengthThatTheLargestPartCannotHold() {
        assertTooLarge(() -> PartPlan.forLength(80_000 * MIB + 1, 8 * MIB), "83886080001", "83886080000");
        assertTooLarge(() -> PartPlan.forLength(80_000 * MIB + 1, 9 * MIB - 1), "83886080001", "83886080000");
        assertTooLarge(
                () -> PartPlan.forLength(StoreLimits.LARGEST_OBJECT + 1, 5 * GIB), "53687091200001", "53687091200000");
        assertTooLarge(() -> PartPlan.forLength(Long.MAX_VALUE, 5 * GIB), "9223372036854775807", "53687091200000");
    }

    @Test
    void everyKnownLengthFitsTheSmallestParts() {
        for (int round = 0; round < 2_000; round++) {
            long largest = between(8 * MIB, 5 * GIB);
            long length = between(0, StoreLimits.LARGEST_OBJECT);
            String what = "seed %d, length %d, largest %d".formatted(seed, length, largest);
            if (length > largest / MIB * MIB * 10_000) {
                assertTooLarge(() -> PartPlan.forLength(length, largest), Long.toString(length));
                continue;
            }
            PartPlan plan = PartPlan.forLength(length, largest);
            long partSize = plan.sizeOf(1);
            long sum = 0;
            int count = 0;
            while (sum < plan.bound()) {
                count++;
                long size = plan.sizeOf(count);
                sum += size;
                if (size < 1 || size > largest || (sum < length && (size != partSize || size < 5 * MIB))) {
                    assertThat(size).as("%s, part %d", what, count).isEqualTo(partSize);
                }
            }
            assertThat(sum).as(what).isEqualTo(length);
            assertThat(count).as(what).isLessThanOrEqualTo(10_000);
            if (partSize > 8 * MIB && count > 1) {
                assertThat(partSize % MIB).as(what).isZero();
                assertThat((partSize - MIB) * 10_000)
                        .as("%s: a smaller part is enough", what)
                        .isLessThan(length);
            }
        }
    }

    @Test
    void aLongerObjectNeverHasSmallerParts() {
        for (int round = 0; round < 10_000; round++) {
            long a = between(8 * MIB, StoreLimits.LARGEST_OBJECT);
            long b = between(8 * MIB, StoreLimits.LARGEST_OBJECT);
            assertThat(PartPlan.forLength(Math.min(a, b), 5 * GIB).sizeOf(1))
                    .as("seed %d, lengths %d and %d", seed, a, b)
                    .isLessThanOrEqualTo(
                            PartPlan.forLength(Math.max(a, b), 5 * GIB).sizeOf(1));
        }
    }

    @Test
    void partsOfUnknownLengthGrowToTheLargest() {
        PartPlan plan = PartPlan.forUnknownLength(50 * MIB);
        assertThat(plan.sizeOf(1)).isEqualTo(8 * MIB);
        assertThat(plan.sizeOf(100)).isEqualTo(8 * MIB);
        assertThat(plan.sizeOf(101)).isEqualTo(16 * MIB);
        assertThat(plan.sizeOf(201)).isEqualTo(32 * MIB);
        assertThat(plan.sizeOf(301)).isEqualTo(50 * MIB);
        assertThat(plan.sizeOf(10_000)).isEqualTo(50 * MIB);
        assertThat(plan.bound()).isEqualTo(100 * (8 + 16 + 32) * MIB + 9_700 * 50 * MIB);
        assertThat(PartPlan.forUnknownLength(8 * MIB).bound()).isEqualTo(80_000 * MIB);
    }

    @Test
    void everyUnknownLengthUpToTheBoundFits() {
        for (int round = 0; round < 300; round++) {
            long largest = round == 0 ? 8 * MIB : round == 1 ? 5 * GIB : between(8 * MIB, 5 * GIB);
            PartPlan plan = PartPlan.forUnknownLength(largest);
            String what = "seed %d, largest %d".formatted(seed, largest);
            long sum = 0;
            long before = 0;
            for (int part = 1; part <= 10_000; part++) {
                long size = plan.sizeOf(part);
                if (size < Math.max(before, 8 * MIB) || size > largest || size > Math.max(8 * MIB, sum / 50)) {
                    assertThat(size)
                            .as("%s, part %d after %d bytes", what, part, sum)
                            .isEqualTo(before);
                }
                before = size;
                sum += size;
            }
            assertThat(before).as(what).isEqualTo(largest);
            assertThat(plan.bound()).as(what).isEqualTo(sum).isLessThanOrEqualTo(StoreLimits.LARGEST_OBJECT);
            assertThat(sum).as(what).isGreaterThanOrEqualTo(largest * 9_000);
        }
    }

    @Test
    void refusesToCrossTheBound() {
        PartPlan plan = PartPlan.forUnknownLength(8 * MIB);
        plan.requireWithinBound(plan.bound());
        assertTooLarge(() -> plan.requireWithinBound(plan.bound() + 1), "at least 83886080001", "83886080000");
    }

    @Test
    void refusesArgumentsOutOfBounds() {
        assertIllegal(() -> PartPlan.forLength(-1, 8 * MIB));
        assertIllegal(() -> PartPlan.forLength(1, 8 * MIB - 1));
        assertIllegal(() -> PartPlan.forLength(1, 5 * GIB + 1));
        assertIllegal(() -> PartPlan.forUnknownLength(8 * MIB - 1));
        assertIllegal(() -> PartPlan.forUnknownLength(5 * GIB + 1));
        assertIllegal(() -> PartPlan.forUnknownLength(8 * MIB).sizeOf(0));
        assertIllegal(() -> PartPlan.forUnknownLength(8 * MIB).sizeOf(10_001));
        assertIllegal(() -> PartPlan.forLength(8 * MIB, 8 * MIB).sizeOf(2));
        assertIllegal(() -> PartPlan.forLength(8 * MIB, 8 * MIB).sizeOf(0));
    }

    /** Small and large values are equally likely, and so are the two ends. */
    private long between(long low, long high) {
        return switch (random.nextInt(8)) {
            case 0 -> low;
            case 1 -> high;
            case 2, 3 -> random.nextLong(low, high + 1);
            case 4 -> Math.clamp(random.nextLong(1, high / MIB + 1) * MIB + random.nextInt(-1, 2), low, high);
            default -> Math.clamp(random.nextLong() >>> random.nextInt(1, 63), low, high);
        };
    }

    private static void assertKnown(long length, long largest, long partSize, int count, long last) {
        PartPlan plan = PartPlan.forLength(length, largest);
        assertThat(plan).isEqualTo(new PartPlan.Known(length, partSize));
        assertThat(((PartPlan.Known) plan).count()).isEqualTo(count);
        assertThat(plan.sizeOf(count)).isEqualTo(last);
        assertThat(plan.bound()).isEqualTo(length);
    }

    private static void assertTooLarge(ThrowingCallable call, String... numbers) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOO_LARGE))
                .hasMessageContainingAll(numbers);
    }

    private static void assertIllegal(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class);
    }
}
