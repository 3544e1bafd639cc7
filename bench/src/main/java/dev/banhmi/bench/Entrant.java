package dev.banhmi.bench;

import java.io.IOException;

/** One of those that are compared in a contest. */
interface Entrant {

    /** The name in the table. */
    String label();

    /** Gets ready before anything counts. */
    void prepare() throws IOException;

    /** Takes a turn. */
    Turn turn() throws IOException;
}
