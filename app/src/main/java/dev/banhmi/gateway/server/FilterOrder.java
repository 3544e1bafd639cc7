package dev.banhmi.gateway.server;

import org.springframework.core.Ordered;

/** The filters in front of the APIs, in the order in which a request passes them. */
public enum FilterOrder {
    /*
     * Spring's own filters have places among these: the one that measures requests is at 1, so that it sees what the
     * first one makes of a response that breaks off, and those for forms and request context are far behind all of
     * them.
     */

    /** Outermost: closes the connection of a response that cannot be finished. */
    TRUNCATED_RESPONSE(0),
    /** In front of every filter that responds itself, because every response closes its connection during shutdown. */
    CLOSING(10),
    /** In front of everything that costs more than a refusal. */
    BUSY(20),
    /** In front of every filter that reads a body or writes one. */
    TRANSFER_DEADLINE(50),
    /** The {@code /v1} API, after which no filter runs for its requests. */
    OBJECTS(100),
    /** The methods of the 2018 API, behind {@code /v1}, which refuses methods in its own way. */
    LEGACY_METHODS(200);

    private final int order;

    FilterOrder(int behindTheFirst) {
        this.order = Ordered.HIGHEST_PRECEDENCE + behindTheFirst;
    }

    /**
     * The place as Spring sorts by it.
     *
     * @return for {@link Ordered#getOrder()} of the filter
     */
    public int order() {
        return order;
    }
}
