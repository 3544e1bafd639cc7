package dev.banhmi.planted.transfer.prefetch;

/** Half of a cycle that stays inside of transfer. */
public interface Room {

    /**
     * The other half.
     *
     * @return nobody calls it
     */
    dev.banhmi.planted.transfer.memory.Room other();
}
