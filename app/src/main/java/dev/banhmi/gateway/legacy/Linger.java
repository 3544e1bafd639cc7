package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.observe.RequestId;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads on after a refusal for a while, because the clients of 2018 send everything before they read and would see a
 * reset connection instead of the response.
 */
final class Linger implements ReadListener, AsyncListener {
    /*
     * The response itself is written at once and without a length: once an announced length has been written, Tomcat
     * closes the request body too.
     *
     * Reads do not block, because a blocked read ends at the earliest with the connector's own limit for silence, which
     * is a minute.
     */

    /** As long as the 2018 server lingered. */
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final Logger log = LoggerFactory.getLogger(Linger.class);

    private final ServletInputStream body;
    private final AsyncContext exchange;
    private final byte[] discarded = new byte[8 * 1024];
    private final long end = System.nanoTime() + LIMIT.toNanos();

    private Linger(ServletInputStream body, AsyncContext exchange) {
        this.body = body;
        this.exchange = exchange;
    }

    /** Flushes what was written, reads on in other threads and ends the exchange. */
    static void after(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.flushBuffer();
        ServletInputStream body = request.getInputStream();
        if (body.isFinished()) {
            return;
        }
        AsyncContext exchange = request.startAsync();
        Linger linger = new Linger(body, exchange);
        exchange.setTimeout(LIMIT.toMillis());
        exchange.addListener(linger);
        body.setReadListener(linger);
    }

    @Override
    public void onDataAvailable() throws IOException {
        while (body.isReady()) {
            if (body.read(discarded) < 0) {
                return;
            }
            if (System.nanoTime() - end > 0) {
                exchange.complete();
                return;
            }
        }
    }

    @Override
    public void onAllDataRead() {
        exchange.complete();
    }

    @Override
    public void onError(Throwable failure) {
        logClientGone(failure);
        exchange.complete();
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        exchange.complete();
    }

    @Override
    public void onError(AsyncEvent event) {
        logClientGone(event.getThrowable());
    }

    /** Tomcat calls back in threads that do not serve the request. */
    private void logClientGone(Throwable failure) {
        RequestId.during(
                (HttpServletRequest) exchange.getRequest(),
                () -> log.debug("the client went away after the response", failure));
    }

    @Override
    public void onComplete(AsyncEvent event) {
        // Nothing is held.
    }

    @Override
    public void onStartAsync(AsyncEvent event) {
        // Never started again.
    }
}
