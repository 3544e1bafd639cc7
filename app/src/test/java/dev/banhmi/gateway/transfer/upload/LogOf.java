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

/**
 * What is logged about one thing until it is closed: all tests have the same loggers, but no two of their stores have
 * one id.
 */
public final class LogOf implements AutoCloseable {

    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final AppenderBase<ILoggingEvent> appender;

    private LogOf(String name, String about) {
        appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().contains(about)) {
                    events.add(event);
                }
            }
        };
        appender.start();
        // While another thread makes the first logger of all, there is another factory.
        await().until(() -> LoggerFactory.getILoggerFactory() instanceof LoggerContext);
        logger = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(name);
        logger.addAppender(appender);
    }

    static LogOf uploadsOf(MemoryObjectStore store) {
        return new LogOf(AbandonedUploads.class.getName(), store.name());
    }

    /**
     * What the gateway logs, whichever class does.
     *
     * @param text that is in each of its lines and in no other test's
     * @return from now on
     */
    public static LogOf linesWith(String text) {
        return new LogOf("dev.banhmi.gateway", text);
    }

    /**
     * What was logged.
     *
     * @return in its order
     */
    public List<ILoggingEvent> events() {
        return List.copyOf(events);
    }

    /**
     * What was logged as an error.
     *
     * @return messages in their order
     */
    public List<String> errors() {
        return messages(Level.ERROR);
    }

    /**
     * What was logged as a warning.
     *
     * @return messages in their order
     */
    public List<String> warnings() {
        return messages(Level.WARN);
    }

    private List<String> messages(Level level) {
        return events.stream()
                .filter(event -> event.getLevel() == level)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
