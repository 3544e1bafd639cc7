package dev.banhmi.bench;

import dev.banhmi.bench.load.Order;
import dev.banhmi.bench.load.Request;
import dev.banhmi.bench.load.Tally;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Four fast clients fetch small objects while many slow ones are in the middle of a large object. */
record SlowReaders(String goal) implements Scenario {

    /** What a slow client takes from its connection: 64 KiB a second. */
    static final long SLOW_BYTES_PER_SECOND = 64 << 10;

    private static final int FAST = 4;
    private static final int SMALL_SIZE = 64 << 10;

    @Override
    public String name() {
        return "slow-readers";
    }

    @Override
    public String title() {
        return "64 KiB GET by 4 fast clients beside 200 slow ones";
    }

    @Override
    public List<Metric> metrics() {
        return List.of(Metric.FIRST_BYTE_MEDIAN, Metric.FIRST_BYTE_99TH, Metric.REQUESTS_PER_CPU);
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Workshop workshop = stage.workshop();
        StoredObject large = workshop.writeObject("large", stage.pace().bulkSize());
        StoredObject small = workshop.writeObject("small", SMALL_SIZE);
        Server store = stage.closeLater(Nginx.store(workshop, false, List.of(large, small)));
        Setup setup = new Setup(workshop, store.port(), false, false, false);
        Load fastLoad = stage.closeLater(Load.start(workshop));
        Load slowLoad = stage.closeLater(Load.start(workshop, "slow-load"));
        List<Contestant> contestants =
                stage.contestants(setup, peer -> contestant(peer, setup, stage, fastLoad, slowLoad, large, small));
        return stage.measure(this, contestants);
    }

    private static Contestant contestant(
            Peer peer, Setup setup, Stage stage, Load fastLoad, Load slowLoad, StoredObject large, StoredObject small)
            throws IOException {
        Server server = stage.closeLater(peer.starter().start(setup));
        Request fast = Request.get(server.port(), peer.target().of(server, small.name()), small.size());
        try (Check check = new Check(setup.workshop())) {
            FirstObject.await(fastLoad, fast);
            check.download(fast, small.crc32c());
        }
        Pace pace = stage.pace();
        Order slowOrder = Order.slow(
                Request.get(server.port(), peer.target().of(server, large.name()), large.size()),
                pace.connections(),
                pace.window(),
                SLOW_BYTES_PER_SECOND);
        Order fastOrder = Order.loop(fast, FAST, pace.window());
        return new Contestant(peer.label(), stage.warmUp(peer.compiledWhileRunning()), fastLoad, () -> {
            slowLoad.begin(slowOrder);
            CpuTime before = server.cpuTime();
            Tally tally = fastLoad.run(fastOrder);
            double cpu = server.cpuTime().secondsSince(before);
            slowLoad.end(slowOrder);
            return Map.of(
                    Metric.FIRST_BYTE_MEDIAN, tally.firstByteMedian().toNanos() / 1e3,
                    Metric.FIRST_BYTE_99TH, tally.firstByte99th().toNanos() / 1e3,
                    Metric.REQUESTS_PER_CPU, tally.requests() / Math.max(cpu, 0.01));
        });
    }
}
