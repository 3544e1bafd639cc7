package dev.banhmi.gateway.object;

import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.TransferProperties;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the endpoints share. */
@Configuration(proxyBeanMethods = false)
class ObjectConfiguration {

    /** Listings and deletions of many leave three quarters of the connections to transfers. */
    private static final int SHARE_OF_CONNECTIONS = 4;

    /**
     * Four of the largest pages, or forty as they are by default: as many as the calls for names can be divided among
     * where {@code banhmi.s3.max-connections} is what it is by default.
     */
    private static final int LISTED_ENTRIES = 4 * ListQuery.MOST;

    /** Four of the largest deletions. A budget of their own, because they hold it for longer than a listing. */
    private static final int DELETED_ENTRIES = 4 * NamesToDelete.MOST;

    /**
     * Two of the largest bodies with names to delete. Apart from the responses, because a body that has arrived waits
     * for a share of the entries, whose holders may wait for room for their responses.
     */
    private static final long BODIES = 8L << 20;

    /** Eighty of the largest pages with short names, eight with the longest. */
    private static final long RESPONSES = 16L << 20;

    @Bean
    EntryBudget listedEntries(TransferProperties transfer) {
        return new EntryBudget(LISTED_ENTRIES, transfer.maxWait());
    }

    @Bean
    EntryBudget deletedEntries(TransferProperties transfer) {
        return new EntryBudget(DELETED_ENTRIES, transfer.maxWait());
    }

    @Bean
    WaitingBytes bodies(TransferProperties transfer) {
        return new WaitingBytes(BODIES, transfer.maxWait(), monotonic(System::nanoTime));
    }

    @Bean
    WaitingBytes responses(TransferProperties transfer) {
        return new WaitingBytes(RESPONSES, transfer.maxWait(), monotonic(System::nanoTime));
    }

    @Bean
    ParallelCalls parallelCalls(S3Properties s3) {
        return new ParallelCalls(Math.max(1, s3.maxConnections() / SHARE_OF_CONNECTIONS), monotonic(System::nanoTime));
    }

    /** For durations alone: the clock of a machine may be set, and time that was not there made clients slow. */
    static InstantSource monotonic(LongSupplier nanoTime) {
        long origin = nanoTime.getAsLong();
        return () -> Instant.EPOCH.plusNanos(nanoTime.getAsLong() - origin);
    }
}
