package dev.banhmi.drain;

/** The end of an invocation that no code of it can catch as an exception: its process is gone. */
final class SimKilled extends Error {

    private static final long serialVersionUID = 1L;

    SimKilled() {
        super("killed", null, false, false);
    }
}
