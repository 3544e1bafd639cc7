package dev.banhmi.gateway.transfer;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The engine's settings, {@code banhmi.transfer.*}.
 *
 * @param memory for the bytes of all transfers together, outside the Java heap, at least {@link #MINIMUM_MEMORY}; by
 *     default five sixteenths of what the container allows, or what the heap and {@link #REST} leave of it if that is
 *     less
 * @param maxWait how long a new transfer waits for memory before it is refused
 * @param speedFloor bytes a second; clients that send more slowly hold at most half of the memory together
 * @param maxIdle the longest silence of a client that is being waited for
 * @param abortRetries the pauses before a failed AbortMultipartUpload is retried in the background; after the last one
 *     it is left to the bucket's lifecycle rule to remove the upload
 * @param downloadRetryPause before the rest of an object is requested again after the store stopped sending; doubled
 *     each time
 * @param maxRequestDuration the longest that one transfer may take, together with {@code maxIdle} up to
 *     {@link #LONGEST_WAIT}; what waits for transfers to end (a load balancer's deregistration delay, a drain) must
 *     wait for both
 * @param downloadRangesAhead how many ranges of 8 MiB one download may hold in memory while its client waits for the
 *     store; 0 for none
 */
public record TransferProperties(
        @Nullable DataSize memory,
        @DefaultValue("30s") Duration maxWait,
        @DefaultValue("256KB") DataSize speedFloor,
        @DefaultValue("60s") Duration maxIdle,
        @DefaultValue({"1s", "10s", "60s"}) List<Duration> abortRetries,
        @DefaultValue("200ms") Duration downloadRetryPause,
        @DefaultValue("15m") Duration maxRequestDuration,
        @DefaultValue("8") int downloadRangesAhead) {

    /** Two parts of 8 MiB: one is filled while the other is sent. */
    public static final DataSize MINIMUM_MEMORY = DataSize.ofMegabytes(16);

    /**
     * The longest that anything outside waits for a transfer: the longest deregistration delay of an AWS target group
     * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html, November
     * 2026).
     */
    public static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /**
     * What the process takes besides the heap and the memory for transfers: with 200 connections 190 MiB were measured
     * (classes, code, libraries, the collector), and 640 of them, with the 32 spare ones, have 33 MiB more of socket
     * buffers.
     */
    public static final DataSize REST = DataSize.ofMegabytes(224);

    /** Checks the bounds. */
    public TransferProperties {
        abortRetries = List.copyOf(abortRetries);
        if (memory != null && memory.compareTo(MINIMUM_MEMORY) < 0) {
            throw new IllegalArgumentException("banhmi.transfer.memory = " + memory + ": at least "
                    + MINIMUM_MEMORY.toMegabytes() + "MB is required");
        }
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("banhmi.transfer.max-wait = " + maxWait + ": 0s or more is required");
        }
        if (speedFloor.toBytes() < 1) {
            throw new IllegalArgumentException("banhmi.transfer.speed-floor = " + speedFloor + ": above 0 is required");
        }
        if (maxIdle.toMillis() < 1) {
            throw new IllegalArgumentException("banhmi.transfer.max-idle = " + maxIdle + ": above 0 is required");
        }
        if (abortRetries.stream().anyMatch(Duration::isNegative)) {
            throw new IllegalArgumentException(
                    "banhmi.transfer.abort-retries = " + abortRetries + ": 0s or more is required");
        }
        if (downloadRetryPause.isNegative()) {
            throw new IllegalArgumentException(
                    "banhmi.transfer.download-retry-pause = " + downloadRetryPause + ": 0s or more is required");
        }
        // A transfer over its time is ended when it next moves a byte, or when it has not moved one for maxIdle.
        if (!maxRequestDuration.isPositive() || maxRequestDuration.compareTo(LONGEST_WAIT.minus(maxIdle)) > 0) {
            throw new IllegalArgumentException("banhmi.transfer.max-request-duration = " + maxRequestDuration
                    + ": more than 0s is required, and together with banhmi.transfer.max-idle = " + maxIdle
                    + " at most "
                    + LONGEST_WAIT);
        }
        if (downloadRangesAhead < 0) {
            throw new IllegalArgumentException(
                    "banhmi.transfer.download-ranges-ahead = " + downloadRangesAhead + ": 0 or more is required");
        }
    }

    /**
     * The memory for transfers, set or derived.
     *
     * @return bytes
     */
    public long memoryBytes() {
        if (memory != null) {
            return memory.toBytes();
        }
        return memoryFor(containerMemory(), Runtime.getRuntime().maxMemory());
    }

    static long memoryFor(long container, long heap) {
        long share = container / 16 * 5;
        long left = container - heap - REST.toBytes();
        return Math.max(MINIMUM_MEMORY.toBytes(), Math.min(share, left));
    }

    /**
     * What the container allows the process, or the machine where no container bounds it.
     *
     * @return bytes
     */
    public static long containerMemory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }
}
