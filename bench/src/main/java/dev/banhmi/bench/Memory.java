package dev.banhmi.bench;

import dev.banhmi.bench.load.Order;
import dev.banhmi.bench.load.Request;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Resident memory of a server that has just been started, with 0, 1, 64 and 200 slow downloads, and idle once they have ended. */
record Memory(String goal) implements Scenario {

    private static final Metric AFTERWARDS = new Metric("MiB afterwards", "%.0f", "");
    private static final List<Integer> LEVELS = List.of(0, 1, 64, 200);
    private static final int FIRST_REQUESTS = 100;
    private static final Duration SETTLED = Duration.ofSeconds(1);

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public String title() {
        return "Resident memory, by slow downloads at the same time";
    }

    @Override
    public List<Metric> metrics() {
        List<Metric> metrics =
                new ArrayList<>(LEVELS.stream().map(Metric::memoryAt).toList());
        metrics.add(AFTERWARDS);
        return metrics;
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Workshop workshop = stage.workshop();
        StoredObject large = workshop.writeObject("large", stage.pace().bulkSize());
        Server store = stage.closeLater(Nginx.store(workshop, false, List.of(large)));
        Setup setup = new Setup(workshop, store.port(), false, false, false);
        Load load = stage.closeLater(Load.start(workshop));
        List<Contestant> contestants = stage.contestants(setup, peer -> {
            FirstObject.tryOut(peer, setup, large);
            return new Contestant(
                    peer.label(), Duration.ZERO, load, () -> measure(peer, setup, stage.pace(), load, large));
        });
        return stage.measure(this, contestants);
    }

    private static Map<Metric, Double> measure(Peer peer, Setup setup, Pace pace, Load load, StoredObject large)
            throws IOException {
        Map<Metric, Double> figures = new LinkedHashMap<>();
        try (Server server = peer.starter().start(setup)) {
            Request request = Request.get(server.port(), peer.target().of(server, large.name()), large.size());
            FirstObject.await(load, request.ofRange(0, 1024));
            load.run(Order.series(request.ofRange(0, 1024), FIRST_REQUESTS));
            for (int level : LEVELS) {
                int connections = Math.min(level, pace.connections());
                Order order =
                        Order.slow(request, Math.max(1, connections), pace.window(), SlowReaders.SLOW_BYTES_PER_SECOND);
                if (connections > 0) {
                    load.begin(order);
                }
                Server.pause(pace.window());
                figures.put(Metric.memoryAt(level), server.residentMebibytes());
                if (connections > 0) {
                    load.end(order);
                }
            }
            Server.pause(SETTLED);
            figures.put(AFTERWARDS, server.residentMebibytes());
        }
        return figures;
    }
}
