package dev.banhmi.gateway.transfer.upload;

import static dev.banhmi.testkit.Patience.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.banhmi.gateway.store.MemoryObjectStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged about the uploads of one store until it is closed: all tests have one logger, but no two stores have one id. */
final class LogOf implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final AppenderBase<ILoggingEvent> appender;

    private LogOf(MemoryObjectStore store) {
        appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains(store.name())) {
                    events.add(event);
                }
            }
        };
        appender.start();
        // While another thread makes the first logger of all, there is another factory.
        await().until(() -> LoggerFactory.getILoggerFactory() instanceof LoggerContext);
        logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(AbandonedUploads.class);
        logger.addAppender(appender);
    }

    static LogOf uploadsOf(MemoryObjectStore store) {
        return new LogOf(store);
    }

    List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    List<String> errors() {
        return events.stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
