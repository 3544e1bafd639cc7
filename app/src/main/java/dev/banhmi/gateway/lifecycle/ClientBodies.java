package dev.banhmi.gateway.lifecycle;

import java.time.Duration;

/** The bodies that clients are sending, on whatever connection. */
public interface ClientBodies {

    /** Ends the body of every request: whoever reads one finds it broken off. What is being written goes on. */
    void end();

    /**
     * Waits until every request has its response, or is cut, so that a client whose body was ended is told why.
     *
     * @param limit how long to wait
     */
    void awaitResponses(Duration limit);
}
