package dev.banhmi.gateway.transfer.prefetch;

/** Decides how many ranges of a download are read ahead. Pure apart from what it remembers; not thread-safe. */
public final class PrefetchPolicy {
    /*
     * Ranges are worth their memory and their second copy only while the client waits for the store and more
     * connections bring more bytes. Both are measured, a sample of a quarter of a second at a time.
     *
     * A store on the same machine sends faster than one connection to S3 ever does (85 to 90 MB/s); there the time in
     * reads is the time of copying, and ranges could only add to it. And where several connections together bring no
     * more than fewer did, the limit is elsewhere: a narrow link, a throttled bucket, no CPU left. What did not help is
     * not tried again in this download.
     */

    /** Shorter samples would be judged by chance. */
    public static final long SAMPLE_NANOS = 250_000_000;

    /** Bytes a second from which the store is not the bottleneck. */
    static final long FAST = 256L << 20;

    private static final int FIRST_RANGES = 2;

    /** How many samples additional connections get to show that they help; opening them takes the first one or two. */
    private static final int PATIENCE = 8;

    private static final double HELPED = 1.25;

    private static final double WAITS = 0.75;
    private static final double STILL_WAITS = 0.5;
    private static final double HARDLY_WAITS = 0.25;

    private int most;
    private int ranges;
    private double rateBefore;
    private int samplesSinceRaise;
    private boolean onTrial;

    /**
     * Begins with none.
     *
     * @param most never more ranges than this
     */
    public PrefetchPolicy(int most) {
        this.most = most;
    }

    /**
     * How many ranges are wanted now.
     *
     * @return 0 for none
     */
    public int ranges() {
        return ranges;
    }

    /**
     * Takes a sample into account.
     *
     * @param nanos how long it was, above 0
     * @param waited of these, how long the download waited for the store
     * @param bytes how many arrived from the store meanwhile, over all connections
     * @return how many ranges are wanted now
     */
    public int after(long nanos, long waited, long bytes) {
        double waits = (double) waited / nanos;
        double rate = bytes * 1e9 / nanos;
        if (ranges == 0) {
            if (waits >= WAITS && rate < FAST) {
                raise(FIRST_RANGES, rate);
            }
        } else if (waits < HARDLY_WAITS) {
            ranges--;
            onTrial = false;
        } else if (waits >= STILL_WAITS) {
            judge(rate);
        }
        return ranges;
    }

    private void judge(double rate) {
        samplesSinceRaise++;
        if (rate >= HELPED * rateBefore) {
            onTrial = false;
            raise(2 * ranges, rate);
        } else if (onTrial && samplesSinceRaise >= PATIENCE) {
            onTrial = false;
            ranges = ranges <= FIRST_RANGES ? 0 : ranges / 2;
            most = ranges;
        }
    }

    private void raise(int wanted, double rate) {
        int before = ranges;
        ranges = Math.min(wanted, most);
        onTrial = ranges > before;
        rateBefore = rate;
        samplesSinceRaise = 0;
    }

    /**
     * There was no memory or no connection for more than this.
     *
     * @param possible how many ranges there can be
     */
    public void refusedBeyond(int possible) {
        ranges = Math.min(ranges, possible);
        onTrial = false;
    }
}
