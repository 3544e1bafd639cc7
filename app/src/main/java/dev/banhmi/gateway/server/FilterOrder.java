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
    /** In front of everything that refuses, because what is refused is counted under its route, too. */
    ROUTE(3),
    /** In front of everything that responds, because no response may lack what it adds. */
    INERT_CONTENT(5),
    /** In front of every filter that responds itself, because every response closes its connection during shutdown. */
    CLOSING(10),
    /** Behind what every response needs, in front of everything that a name of somebody else's must not reach. */
    TRUSTED_HOST(15),
    /** In front of everything that costs more than a refusal. */
    BUSY(20),
    /** In front of every filter that asks who is calling: a preflight says nothing of that. */
    ALLOWED_ORIGINS(30),
    /** Behind what admits other origins, in front of everything that changes anything. */
    CROSS_ORIGIN(40),
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
