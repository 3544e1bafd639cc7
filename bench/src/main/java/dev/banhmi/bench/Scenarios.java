package dev.banhmi.bench;

import dev.banhmi.bench.Transfers.Shape;
import java.util.List;

/** Everything that is measured, in the order of the page. */
final class Scenarios {

    private static final int SMALLEST = 1 << 10;
    private static final int SMALL = 64 << 10;
    private static final int RANGE = 1 << 20;

    static final List<Scenario> ALL = List.of(
            Transfers.get("get-1k", "GET of 1 KiB", Shape.MANY, SMALLEST, "at least 0.13 × nginx"),
            Transfers.get("get-64k", "GET of 64 KiB", Shape.MANY, SMALL, "at least 0.18 × nginx"),
            Transfers.get(
                    "get-1g", "GET of 1 GiB", Shape.BULK, Transfers.BULK, "at most 0.8 × baseline; wanted 2.2 × nginx"),
            Transfers.get(
                            "get-1g-store-tls",
                            "GET of 1 GiB, TLS to the store",
                            Shape.BULK,
                            Transfers.BULK,
                            "at most 0.8 × baseline; wanted 1.1 × nginx")
                    .withStoreTls(),
            Transfers.get("get-1g-client-tls", "GET of 1 GiB, TLS to the client", Shape.BULK, Transfers.BULK, "")
                    .withClientTls(),
            Transfers.get("get-range", "GET of 1 MiB out of 1 GiB", Shape.MANY, Transfers.BULK, "")
                    .ofRange(RANGE),
            Transfers.put("put-1k", "PUT of 1 KiB", Shape.MANY, SMALLEST, ""),
            Transfers.put("put-1g", "PUT of 1 GiB", Shape.BULK, Transfers.BULK, "at most 0.5 × the SDK"),
            Transfers.put(
                            "put-1g-store-tls",
                            "PUT of 1 GiB, TLS to the store",
                            Shape.BULK,
                            Transfers.BULK,
                            "at most 1.1 × the SDK; wanted 1.0")
                    .withStoreTls(),
            Transfers.get(
                    "first-byte",
                    "Time to first byte, 1,000 GETs of 64 KiB a second",
                    Shape.RATE,
                    SMALL,
                    "p50 at most 1.5 × nginx, p99 at most 2.6 ×"),
            new SlowReaders(""),
            new Memory("idle at most 160 MiB"),
            new FirstObject("at most 1.5 s and 3 CPU-s"));

    private Scenarios() {}
}
