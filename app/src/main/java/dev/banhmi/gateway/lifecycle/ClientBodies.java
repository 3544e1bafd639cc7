package dev.banhmi.gateway.lifecycle;

/** The bodies that clients are sending, on whatever connection. */
public interface ClientBodies {

    /** Ends the body of every request: whoever reads one finds it broken off. What is being written goes on. */
    void end();
}
