package dev.banhmi.bench;

import dev.banhmi.bench.load.Order;
import dev.banhmi.bench.load.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** From the start of the process to the last byte of its first object, the store being reached over TLS. */
record FirstObject(String goal) implements Scenario {

    private static final int SIZE = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(5);

    @Override
    public String name() {
        return "first-object";
    }

    @Override
    public String title() {
        return "Start to first object";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.START_SECONDS, Metric.START_CPU);
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Workshop workshop = stage.workshop();
        StoredObject object = workshop.writeObject("object", SIZE);
        Server store = stage.closeLater(Nginx.store(workshop, true, List.of(object)));
        Setup setup = new Setup(workshop, store.port(), true, false, false);
        Load load = stage.closeLater(Load.start(workshop));
        List<Contestant> contestants = stage.contestants(setup, peer -> {
            tryOut(peer, setup, object);
            return new Contestant(peer.label(), Duration.ZERO, load, () -> measure(peer, setup, load, object));
        });
        return stage.measure(this, contestants);
    }

    private static Map<Metric, Double> measure(Peer peer, Setup setup, Load load, StoredObject object)
            throws IOException {
        long start = System.nanoTime();
        try (Server server = peer.starter().start(setup)) {
            await(load, Request.get(server.port(), peer.target().of(server, object.name()), object.size()));
            return Map.of(
                    Metric.START_SECONDS,
                    (System.nanoTime() - start) / 1e9,
                    Metric.START_CPU,
                    server.cpuTime().seconds());
        }
    }

    /** Starts it once, for its bytes alone. */
    static void tryOut(Peer peer, Setup setup, StoredObject object) throws IOException {
        try (Server server = peer.starter().start(setup);
                Load load = Load.start(setup.workshop(), "trial-load");
                Check check = new Check(setup.workshop())) {
            Request request = Request.get(server.port(), peer.target().of(server, object.name()), object.size());
            await(load, request);
            check.download(request, object.crc32c());
        }
    }

    /** Asks until a response is a success: a port may be open before anybody answers. */
    static void await(Load load, Request request) throws IOException {
        Order order = Order.series(request, 1);
        for (long start = System.nanoTime(); ; ) {
            try {
                load.run(order);
                return;
            } catch (IOException notYet) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw notYet;
                }
                Server.pause(PAUSE);
            }
        }
    }
}
