package dev.banhmi.gateway.transfer;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** Remembers which bytes were asked of a store, and whether every stream of them was closed. Thread-safe. */
final class WatchedStreams {

    private final List<Request> requests = new ArrayList<>();
    private int open;
    private int mostOpen;

    /** Bytes that were asked for. */
    record Request(long first, long length) {}

    synchronized InputStream watch(long first, long length, InputStream stream) {
        requests.add(new Request(first, length));
        open++;
        mostOpen = Math.max(mostOpen, open);
        return new FilterInputStream(stream) {
            private final AtomicBoolean closed = new AtomicBoolean();

            @Override
            public void close() throws IOException {
                if (closed.compareAndSet(false, true)) {
                    closedOne();
                }
                super.close();
            }
        };
    }

    private synchronized void closedOne() {
        open--;
    }

    /** In the order in which they were asked for. */
    synchronized List<Request> requests() {
        return List.copyOf(requests);
    }

    synchronized int open() {
        return open;
    }

    synchronized int mostOpen() {
        return mostOpen;
    }
}
