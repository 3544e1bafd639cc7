package dev.banhmi.gateway.transfer.upload;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreLimits;

/**
 * How an upload is split into parts: a pure function of its length, when known, and of the largest part that the memory
 * budget allows. Immutable.
 *
 * <p>A store takes 10,000 parts and no more, so a constant part size bounds the object: 8 MiB parts end at 78 GiB. With
 * a known length all parts but the last have one size, the smallest that is enough, because a small part costs less
 * memory and less to send again. With an unknown length the size doubles every {@value #PARTS_PER_SIZE} parts until it
 * is the largest. A part is then never more than a fiftieth of what came before it (or the first size), and the growth
 * takes 1,000 parts at most (8 MiB to 5 GiB), so that at least nine tenths of what 10,000 of the largest parts hold can
 * be reached.
 */
public sealed interface PartPlan {

    /** 8 MiB: the size of the first part, and of all parts of an upload that needs no larger ones. */
    long FIRST_PART = 8L << 20;

    /** 1 MiB: sizes for a known length are multiples of it. */
    long PART_STEP = 1L << 20;

    /** How many parts of an upload of unknown length have the same size before it doubles. */
    int PARTS_PER_SIZE = 100;

    /**
     * The size of a part: exactly for a known length, at most for an unknown one, where only the end of the content
     * shows which part is the last.
     *
     * @param partNumber counted from 1
     * @return bytes
     * @throws IllegalArgumentException when the plan has no such part
     */
    long sizeOf(int partNumber);

    /**
     * The most bytes that an upload by this plan can have.
     *
     * @return bytes
     */
    long bound();

    /**
     * Checks the body once it has ended.
     *
     * @param received bytes of the whole body
     * @throws GatewayException {@code CONTENT_MISMATCH} when another length was announced
     */
    void requireLength(long received);

    /**
     * Checks that one more byte may come.
     *
     * @param received bytes so far
     * @throws GatewayException {@code CONTENT_MISMATCH} when no more were announced, {@code TOO_LARGE} when the plan
     *     allows no more
     */
    void requireRoomAfter(long received);

    /**
     * Checks how much has arrived.
     *
     * @param length bytes so far, or announced
     * @throws GatewayException {@code TOO_LARGE} when that is more than {@link #bound}
     */
    default void requireWithinBound(long length) {
        if (length > bound()) {
            throw tooLarge("at least " + length, bound());
        }
    }

    /**
     * The plan for content of a known length.
     *
     * @param length bytes, including 0: that is one empty part
     * @param largestPart bytes, 8 MiB to 5 GiB
     * @return the plan
     * @throws GatewayException {@code TOO_LARGE} when 10,000 parts of the largest size cannot hold it
     * @throws IllegalArgumentException when an argument is out of its bounds
     */
    static PartPlan forLength(long length, long largestPart) {
        requireLargestPart(largestPart);
        if (length < 0) {
            throw new IllegalArgumentException("A length of " + length + " bytes is negative.");
        }
        long largestWhole = largestPart / PART_STEP * PART_STEP;
        long bound = largestWhole * StoreLimits.MOST_PARTS;
        if (length > bound) {
            throw tooLarge(Long.toString(length), bound);
        }
        long steps = Math.ceilDiv(Math.ceilDiv(length, StoreLimits.MOST_PARTS), PART_STEP);
        return new Known(length, Math.max(FIRST_PART, steps * PART_STEP));
    }

    /**
     * The plan for content of unknown length.
     *
     * @param largestPart bytes, 8 MiB to 5 GiB
     * @return the plan
     * @throws IllegalArgumentException when the argument is out of its bounds
     */
    static PartPlan forUnknownLength(long largestPart) {
        requireLargestPart(largestPart);
        return new Unknown(largestPart);
    }

    private static void requireLargestPart(long largestPart) {
        if (largestPart < FIRST_PART || largestPart > StoreLimits.LARGEST_PART) {
            throw new IllegalArgumentException("A largest part of " + largestPart + " bytes is not possible: "
                    + FIRST_PART + " to " + StoreLimits.LARGEST_PART + " are allowed.");
        }
    }

    private static GatewayException tooLarge(String length, long bound) {
        return new GatewayException(
                ErrorCode.TOO_LARGE,
                "The content has " + length + " bytes; this gateway's memory allows at most " + bound
                        + " for such an upload.");
    }

    /**
     * Parts of one size, and a last one that may be smaller.
     *
     * @param length bytes in all
     * @param partSize bytes of every part but the last
     */
    record Known(long length, long partSize) implements PartPlan {

        /**
         * Checks that they fit together.
         *
         * @throws IllegalArgumentException when the store would not take such parts
         */
        public Known {
            if (length < 0
                    || partSize < StoreLimits.SMALLEST_PART
                    || partSize > StoreLimits.LARGEST_PART
                    || Math.ceilDiv(length, partSize) > StoreLimits.MOST_PARTS) {
                throw new IllegalArgumentException(length + " bytes do not fit parts of " + partSize + " bytes.");
            }
        }

        /** How many parts there are, at least 1; 1 is a plain PUT. */
        int count() {
            return (int) Math.max(1, Math.ceilDiv(length, partSize));
        }

        @Override
        public long sizeOf(int partNumber) {
            if (partNumber < 1 || partNumber > count()) {
                throw new IllegalArgumentException("There is no part " + partNumber + " of " + count() + ".");
            }
            return Math.min(partSize, length - (partNumber - 1) * partSize);
        }

        @Override
        public long bound() {
            return length;
        }

        @Override
        public void requireLength(long received) {
            if (received != length) {
                throw mismatch(Long.toString(received));
            }
        }

        @Override
        public void requireRoomAfter(long received) {
            if (received >= length) {
                throw mismatch("more than " + received);
            }
        }

        private GatewayException mismatch(String received) {
            return new GatewayException(
                    ErrorCode.CONTENT_MISMATCH,
                    "The body has " + received + " bytes instead of the " + length + " announced; nothing was stored.");
        }
    }

    /**
     * Parts that grow.
     *
     * @param largestPart bytes at which the growth ends
     */
    record Unknown(long largestPart) implements PartPlan {

        /**
         * Checks the bound.
         *
         * @throws IllegalArgumentException when it is not 8 MiB to 5 GiB
         */
        public Unknown {
            requireLargestPart(largestPart);
        }

        @Override
        public long sizeOf(int partNumber) {
            if (partNumber < 1 || partNumber > StoreLimits.MOST_PARTS) {
                throw new IllegalArgumentException(
                        "There is no part " + partNumber + " of " + StoreLimits.MOST_PARTS + ".");
            }
            // Ten doublings pass 5 GiB; shifting by all hundred of them would pass the end of a long.
            int doublings = Math.min(10, (partNumber - 1) / PARTS_PER_SIZE);
            return Math.min(largestPart, FIRST_PART << doublings);
        }

        @Override
        public long bound() {
            long bound = 0;
            for (long from = 0; from < StoreLimits.MOST_PARTS; from += PARTS_PER_SIZE) {
                bound += PARTS_PER_SIZE * sizeOf((int) from + 1);
            }
            return bound;
        }

        @Override
        public void requireLength(long received) {
            // Any length is right.
        }

        @Override
        public void requireRoomAfter(long received) {
            requireWithinBound(received + 1);
        }
    }
}
