package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectCopies;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.prefetch.PrefetchAllowance;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.PartPlan;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TransferConfiguration {

    private static final Logger log = LoggerFactory.getLogger(TransferConfiguration.class);

    /** Its memory is freed with the process: a transfer that is not finished when the context closes still uses it. */
    @Bean(destroyMethod = "")
    BufferBudget bufferBudget(TransferProperties properties) {
        BufferBudget budget = new BufferBudget(
                properties.memoryBytes(), properties.speedFloor().toBytes());
        long largestPart = Uploads.largestPart(budget);
        log.info(
                "memory for transfers: {} bytes besides a heap of {}, out of {} that the container allows; largest part: {}"
                        + " bytes; largest upload of unknown length: {} bytes",
                budget.total(),
                Runtime.getRuntime().maxMemory(),
                TransferProperties.containerMemory(),
                largestPart,
                PartPlan.forUnknownLength(largestPart).bound());
        return budget;
    }

    @Bean
    AbandonedUploads abandonedUploads(ObjectStore store, TransferProperties properties) {
        return new AbandonedUploads(store, RemovalTimes.of(properties.abortRetries()), Time.REAL);
    }

    @Bean
    ConditionalWrites conditionalWrites(
            ObjectStore store, TransferProperties properties, S3Properties storeProperties) {
        return new ConditionalWrites(store, storeProperties.completeTimeout(), properties.maxWait());
    }

    @Bean
    Uploads uploads(
            ObjectStore store,
            BufferBudget budget,
            TransferProperties properties,
            AbandonedUploads abandonedUploads,
            ConditionalWrites conditionalWrites) {
        return new Uploads(store, budget, properties.maxWait(), abandonedUploads, conditionalWrites);
    }

    @Bean
    Copies copies(
            ObjectStore store,
            ObjectCopies objectCopies,
            TransferProperties properties,
            S3Properties storeProperties,
            AbandonedUploads abandonedUploads) {
        int connectionsForCopies = Math.max(1, storeProperties.maxConnections() / 4);
        return new Copies(
                store,
                objectCopies,
                abandonedUploads,
                connectionsForCopies,
                properties.maxWait(),
                properties.maxRequestDuration());
    }

    @Bean
    Downloads downloads(
            ObjectStore store, BufferBudget budget, TransferProperties properties, S3Properties storeProperties) {
        // The first stream of a download also needs a connection, and so does every upload.
        int connectionsForRanges = storeProperties.maxConnections() / 4;
        long enough = Runtime.getRuntime().availableProcessors() * PrefetchAllowance.ENOUGH_PER_CPU;
        PrefetchAllowance allowance = new PrefetchAllowance(
                budget, properties.downloadRangesAhead(), connectionsForRanges, enough, System::nanoTime);
        return new Downloads(store, properties.downloadRetryPause(), allowance);
    }
}
