package dev.banhmi.gateway.server;

/** How many connections a heap has room for, if each of them costs the most that one can. */
final class ConnectionRoom {
    /*
     * The bound on connections is the only one that holds for everything they cost: a head that is not complete, a
     * request that is served, one that is refused and one that lingers all have Tomcat's objects, and nothing else
     * refuses them in time. Figures are from heap dumps under 672 connections (November 2026):
     *
     * Tomcat's objects of a connection whose request has begun: 105 KiB, of which 40 are for its headers
     * (server.max-http-request-header-size and a read), 32 for characters that nobody reads or writes, 24 for the head
     * and the beginning of the response and for trailers. A request that is served adds its thread's stack, 16 KiB,
     * and 64 KiB for a download, 16 for an upload, 32 for one of the 2018 API. TLS adds two records and its engine.
     *
     * What does not depend on connections of clients: 27 MiB of a gateway that is idle, and 96 KiB for each of the
     * store's connections, of which there are 256.
     *
     * The collector is left an eighth, or it would collect all the time.
     */

    private static final long MEBIBYTE = 1 << 20;
    private static final long EVERYTHING_ELSE = 52 * MEBIBYTE;
    private static final long CONNECTION = 192 << 10;
    private static final long TLS = 64 << 10;

    /** Too few for anything but a heap that is too small anyway. */
    private static final int LEAST = 32;

    private ConnectionRoom() {}

    /**
     * The bound of connections, without the spare ones.
     *
     * @param heap its largest size, in bytes
     * @param tls whether the gateway itself ends TLS
     * @return at least 32, however small the heap is
     */
    static int inHeap(long heap, boolean tls) {
        long forConnections = heap / 8 * 7 - EVERYTHING_ELSE;
        long connections = forConnections / (tls ? CONNECTION + TLS : CONNECTION) - ClientConnections.SPARE;
        return Math.clamp(connections, LEAST, Integer.MAX_VALUE - ClientConnections.SPARE);
    }
}
