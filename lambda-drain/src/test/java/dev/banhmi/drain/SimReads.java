package dev.banhmi.drain;

/** How the reads of one invocation lag behind the truth; the bound is the same. */
enum SimReads {
    /** Each API on its own, but none goes back behind what it has shown. */
    IN_ORDER,
    /** Each answer on its own, as if each came from another replica. */
    IN_NO_ORDER
}
