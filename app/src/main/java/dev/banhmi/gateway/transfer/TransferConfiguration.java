package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.ObjectStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class TransferConfiguration {

    @Bean
    BufferBudget bufferBudget(TransferProperties properties) {
        return new BufferBudget(properties.memoryBytes());
    }

    @Bean
    AbandonedUploads abandonedUploads(ObjectStore store, TransferProperties properties) {
        return new AbandonedUploads(store, properties.abortRetries());
    }

    @Bean
    Uploads uploads(
            ObjectStore store, BufferBudget budget, TransferProperties properties, AbandonedUploads abandonedUploads) {
        return new Uploads(store, budget, properties.maxWait(), abandonedUploads);
    }

    @Bean
    Downloads downloads(ObjectStore store) {
        return new Downloads(store);
    }
}
