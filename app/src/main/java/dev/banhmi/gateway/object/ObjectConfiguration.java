package dev.banhmi.gateway.object;

import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.TransferProperties;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the endpoints share. */
@Configuration(proxyBeanMethods = false)
class ObjectConfiguration {

    /** Listings and deletions of many leave three quarters of the connections to transfers. */
    private static final int SHARE_OF_CONNECTIONS = 4;

    /** Eight of the largest pages, or eighty as they are by default. */
    private static final int LISTED_ENTRIES = 8 * ListQuery.MOST;

    /** Four of the largest deletions. A budget of their own, because they hold it while their bodies come. */
    private static final int DELETED_ENTRIES = 4 * NamesToDelete.MOST;

    @Bean
    EntryBudget listedEntries(TransferProperties transfer) {
        return new EntryBudget(LISTED_ENTRIES, transfer.maxWait());
    }

    @Bean
    EntryBudget deletedEntries(TransferProperties transfer) {
        return new EntryBudget(DELETED_ENTRIES, transfer.maxWait());
    }

    @Bean
    ParallelCalls parallelCalls(S3Properties s3, Clock clock) {
        return new ParallelCalls(Math.max(1, s3.maxConnections() / SHARE_OF_CONNECTIONS), clock);
    }
}
