package dev.banhmi.gateway.server;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How fast the client of one connection is with the request that is being served, in both directions, and whether its
 * body was ended or its response cut for that. Times are those of {@link System#nanoTime}. Thread-safe.
 */
final class ClientPace {
    /*
     * Whoever ends one decides it with the lock of its pace and while the gateway waits for the client, and the thread
     * that serves the request looks again when its wait is over: so no request is both ended and served.
     */

    private final BodyPace body;
    private final ResponsePace response;
    private volatile @Nullable SlowClientException endOfBody;
    private volatile @Nullable SlowClientException endOfResponse;

    ClientPace(BodyPace body, ResponsePace response) {
        this.body = body;
        this.response = response;
    }

    /** Another request begins. */
    void begin() {
        body.begin();
        response.begin();
    }

    boolean isEnding() {
        return endOfBody != null || endOfResponse != null;
    }

    boolean isCut() {
        return endOfResponse != null;
    }

    /**
     * For the thread that reads.
     *
     * @throws SlowClientException when the body has been ended
     */
    void requireBody() throws SlowClientException {
        throwIfAny(endOfBody);
    }

    /**
     * For the thread that writes.
     *
     * @throws SlowClientException when the response has been cut
     */
    void requireResponse() throws SlowClientException {
        throwIfAny(endOfResponse);
    }

    private static void throwIfAny(@Nullable SlowClientException slow) throws SlowClientException {
        if (slow != null) {
            throw slow;
        }
    }

    /**
     * After each read.
     *
     * @param count what Tomcat got, 0 where it now waits
     * @param arrived bytes on the wire
     * @throws SlowClientException when the body has been ended since the read began
     */
    void read(long now, int count, int arrived) throws SlowClientException {
        if (count != 0 || arrived != 0) {
            body.arrived(now, count < 0 ? 0 : arrived);
            requireBody();
        }
        if (count == 0) {
            body.waits(now);
        }
    }

    /**
     * After each write.
     *
     * @param count what Tomcat got rid of, 0 where it now waits
     * @param sent bytes that the kernel took
     * @throws SlowClientException when the response has been cut since the write began
     */
    void wrote(long now, int count, int sent) throws SlowClientException {
        if (count != 0 || sent > 0) {
            response.taken(now, Math.max(0, sent));
            requireResponse();
        }
        if (count == 0) {
            response.waits(now);
        }
    }

    /**
     * Ends the body if it is too slow.
     *
     * @param tooSlow asked while no byte can arrive
     * @param why for the caller, behind what came in which time
     * @return whether it has been ended now
     */
    boolean endBodyIf(Predicate<BodyPace> tooSlow, String why) {
        synchronized (body) {
            if (!tooSlow.test(body)) {
                return false;
            }
            endOfBody = new SlowClientException(body.shown() + why);
            return true;
        }
    }

    /**
     * Cuts the response if it is taken too slowly.
     *
     * @param tooSlow asked while no byte can be taken
     * @param why for Tomcat
     * @return whether it has been cut now
     */
    boolean cutResponseIf(Predicate<ResponsePace> tooSlow, String why) {
        synchronized (response) {
            if (!tooSlow.test(response)) {
                return false;
            }
            endOfResponse = new SlowClientException(why);
            return true;
        }
    }

    /**
     * How long the client has kept the gateway waiting with a whole body or response that is too slow; 0 if none is.
     */
    long behindFor(long now, long atLeast) {
        return Math.max(body.behindFor(now, atLeast), response.behindFor(now, atLeast));
    }
}
