package dev.banhmi.gateway.lifecycle;

/** The open connections of all clients. */
public interface ClientConnections {

    /** Ends the body of every request: whoever reads one finds it broken off. What is being written goes on. */
    void endBodies();
}
