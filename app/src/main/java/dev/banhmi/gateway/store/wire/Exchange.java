package dev.banhmi.gateway.store.wire;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One request and what the store says to it: what counts as the response, and whether another request may follow on the
 * same connection. Whoever moves the bytes tells it when the last one of the request is on its way. Used by one thread at
 * a time.
 */
final class Exchange {
    /*
     * In HTTP/1.1 only the order says which response belongs to which request. Nothing waits on a connection when a
     * request begins; that is for the driver to see to. What arrives later can still be of another time: no write has
     * succeeded before its last byte was sent, so a success that begins before that is not believed. A refusal may come
     * early, and is believed; the rest of the body need not be sent then, and the connection is of no more use. Early or
     * not, 408 is no refusal when the request was not sent to its end: it says that the store or a proxy has waited long
     * enough for this request, or for any.
     */

    /** Of a body that is no object; as much as of any response to the SDK. */
    static final long MOST_TEXT = 5 << 20;

    private static final int REQUEST_TIMEOUT = 408;
    private static final int NONE = -1;

    private final boolean isRead;
    private final ResponseParser parser = new ResponseParser();

    private boolean sent;

    /** How many interim responses stood before the head of which some was there before the request was sent. */
    private int begunEarly = NONE;

    private boolean early;
    private @Nullable ResponseHead head;
    private @Nullable ResponseBody body;
    private long taken;

    /** {@code isRead}: whether a success carries an object, which may be of any length. */
    Exchange(boolean isRead) {
        this.isRead = isRead;
    }

    /** Notes that the last byte of the request is about to be sent, and that all that had arrived has been received. */
    void sent() {
        sent = true;
        begunEarly = parser.isWithinHead() ? parser.interim() : NONE;
    }

    /** Whether it has been told so. */
    boolean isSent() {
        return sent;
    }

    /** Notes that the rest of the request cannot be sent, nor what was about to be. */
    void cut() {
        sent = false;
        begunEarly = NONE;
    }

    /** The head of the response, once it is there. */
    @Nullable
    ResponseHead head() {
        return head;
    }

    /** Whether it is of use to send the rest of the request. */
    boolean wantsRest() {
        return head == null;
    }

    /**
     * Takes what has arrived, up to the end of the head.
     *
     * @throws MalformedResponseException when it is no response to this request
     */
    void receive(ByteBuffer arrived) throws MalformedResponseException {
        if (head != null) {
            return;
        }
        ResponseHead parsed = parser.parse(arrived);
        if (parsed != null) {
            early = !sent || parser.interim() == begunEarly;
            check(parsed);
            head = parsed;
            body = new ResponseBody(parsed.framing());
        }
    }

    private void check(ResponseHead response) throws MalformedResponseException {
        if (early && response.status() < 300) {
            throw new MalformedResponseException("the store reported success before the end of the request");
        }
        if (!sent && response.status() == REQUEST_TIMEOUT) {
            throw new MalformedResponseException("the store did not wait for the end of the request");
        }
    }

    /**
     * Moves bytes of the body.
     *
     * @throws MalformedResponseException when they are none, or too many
     */
    int take(ByteBuffer arrived, ByteBuffer to) throws MalformedResponseException {
        int count = body().take(arrived, to);
        count(count);
        return count;
    }

    /** How many of the bytes that come next are the body's. */
    long run() {
        return body().run();
    }

    /**
     * Notes that so many of them were.
     *
     * @throws MalformedResponseException when they are too many
     */
    void ran(long count) throws MalformedResponseException {
        body().ran(count);
        count(count);
    }

    private void count(long count) throws MalformedResponseException {
        taken += count;
        if (taken > MOST_TEXT && !isObject()) {
            throw new MalformedResponseException("the store's response is longer than " + MOST_TEXT + " bytes");
        }
    }

    private boolean isObject() {
        return isRead && head != null && head.isSuccess();
    }

    /** Whether the whole response has been taken. */
    boolean isOver() {
        return body != null && body.isWhole();
    }

    /**
     * Notes that the connection has ended.
     *
     * @throws MalformedResponseException when the response is not whole
     */
    void end() throws MalformedResponseException {
        if (body == null) {
            throw new MalformedResponseException(
                    parser.isWithinHead()
                            ? "the store's response broke off within its headers"
                            : "the store closed the connection without a response");
        }
        body.end();
    }

    /** Whether another request may follow, if nothing waits on the connection. */
    boolean leavesInStep() {
        return sent
                && !early
                && isOver()
                && head != null
                && head.isPersistent()
                && !(head.framing() instanceof Framing.UntilEnd);
    }

    private ResponseBody body() {
        if (body == null) {
            throw new IllegalStateException("the head of the response is not there yet");
        }
        return body;
    }
}
