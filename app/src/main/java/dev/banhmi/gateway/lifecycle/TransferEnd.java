package dev.banhmi.gateway.lifecycle;

import dev.banhmi.gateway.config.ShutdownProperties;
import dev.banhmi.gateway.transfer.Uploads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * The end of every transfer that has not ended by itself when the server stops, for whatever reason it stops: no body
 * is read any further, no download goes on, and the process waits for up to {@code banhmi.shutdown.abort-timeout}
 * until the store has nothing left of the uploads that were cut. Thread-safe.
 */
@Component
public final class TransferEnd implements SmartLifecycle {
    /*
     * A place of its own in Spring's order: behind the time in which transfers may end by themselves, and before
     * Tomcat stops, which closes sockets without a word to the threads that wait for them, so that an upload would
     * notice nothing before the process has ended. Among the beans that a failed start has started already it is the
     * first after the server itself, so a management port that is taken does not leave uploads behind either.
     */

    /**
     * Many times what a refusal takes. Together with the 5 s in which interrupted attempts to remove uploads may end,
     * it is 7 of the 10 s that the stop timeout leaves from the last abort to the exit of the process.
     */
    private static final Duration RESPONSES = Duration.ofSeconds(2);

    private static final int PHASE = WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE + 256;

    private final ClientBodies bodies;
    private final Uploads uploads;
    private final Duration abortTimeout;
    private final AtomicBoolean running = new AtomicBoolean();
    private final AtomicBoolean reached = new AtomicBoolean();

    TransferEnd(ClientBodies bodies, Uploads uploads, ShutdownProperties properties) {
        this.bodies = bodies;
        this.uploads = uploads;
        this.abortTimeout = properties.abortTimeout();
    }

    /**
     * Whether it has come.
     *
     * @return true from then on: nothing more is to be read from a client, or written to one but a refusal
     */
    public boolean isReached() {
        return reached.get();
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public void start() {
        running.set(true);
    }

    @Override
    public void stop() {
        reached.set(true);
        try {
            bodies.end();
        } finally {
            try {
                uploads.end(abortTimeout);
            } finally {
                bodies.awaitResponses(RESPONSES);
                running.set(false);
            }
        }
    }

    @Override
    public boolean isRunning() {
        return running.get();
    }
}
