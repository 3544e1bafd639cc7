package dev.banhmi.bench;

import dev.banhmi.bench.load.Order;
import dev.banhmi.bench.load.Request;
import dev.banhmi.bench.load.Tally;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects of one size are fetched or sent.
 *
 * @param name on the command line
 * @param title of the plot
 * @param shape how requests follow each other
 * @param writes whether objects are sent
 * @param size of the object in bytes; {@link #BULK} for the large object of the pace
 * @param range bytes of one range in the middle of the object; 0 for whole objects
 * @param storeTls whether the store is reached over TLS
 * @param clientTls whether clients come over TLS
 * @param goal what the gateway has to reach
 */
record Transfers(
        String name,
        String title,
        Shape shape,
        boolean writes,
        long size,
        int range,
        boolean storeTls,
        boolean clientTls,
        String goal)
        implements Scenario {

    /** In place of a size: the large object of the pace. */
    static final long BULK = -1;

    private static final String OBJECT = "object";
    private static final int CONNECTIONS = 16;
    private static final int RATE_CONNECTIONS = 64;
    private static final long CHECKED_UPLOAD = 20 << 20;

    /** How requests follow each other, and so what is measured. */
    enum Shape {
        /** One connection, one object after the other. */
        BULK,
        /** Sixteen connections, as many requests as they get answered. */
        MANY,
        /** A fixed number of requests a second. */
        RATE;

        private List<Metric> metrics() {
            return switch (this) {
                case BULK -> List.of(Metric.CPU_PER_GIB);
                case MANY -> List.of(Metric.REQUESTS_PER_CPU);
                case RATE -> List.of(Metric.FIRST_BYTE_MEDIAN, Metric.FIRST_BYTE_99TH, Metric.REQUESTS_PER_CPU);
            };
        }

        private Order order(Request request, Pace pace) {
            return switch (this) {
                case BULK -> Order.series(request, pace.bulkObjects());
                case MANY -> Order.loop(request, CONNECTIONS, pace.window());
                case RATE -> Order.rate(request, RATE_CONNECTIONS, pace.window(), pace.requestsPerSecond());
            };
        }

        private Map<Metric, Double> figures(Tally tally, double cpu) throws IOException {
            if (tally.requests() == 0) {
                throw new IOException("no request was answered");
            }
            double requestsPerCpu = tally.requests() / Math.max(cpu, 0.01);
            return switch (this) {
                case BULK -> Map.of(Metric.CPU_PER_GIB, cpu / tally.bytes() * Workshop.GIB);
                case MANY -> Map.of(Metric.REQUESTS_PER_CPU, requestsPerCpu);
                case RATE ->
                    Map.of(
                            Metric.FIRST_BYTE_MEDIAN, tally.firstByteMedian().toNanos() / 1e3,
                            Metric.FIRST_BYTE_99TH, tally.firstByte99th().toNanos() / 1e3,
                            Metric.REQUESTS_PER_CPU, requestsPerCpu);
            };
        }
    }

    static Transfers get(String name, String title, Shape shape, long size, String goal) {
        return new Transfers(name, title, shape, false, size, 0, false, false, goal);
    }

    static Transfers put(String name, String title, Shape shape, long size, String goal) {
        return new Transfers(name, title, shape, true, size, 0, false, false, goal);
    }

    Transfers withStoreTls() {
        return new Transfers(name, title, shape, writes, size, range, true, clientTls, goal);
    }

    Transfers withClientTls() {
        return new Transfers(name, title, shape, writes, size, range, storeTls, true, goal);
    }

    Transfers ofRange(int bytes) {
        return new Transfers(name, title, shape, writes, size, bytes, storeTls, clientTls, goal);
    }

    @Override
    public List<Metric> metrics() {
        return shape.metrics();
    }

    @Override
    public Outcome run(Stage stage) throws IOException {
        Workshop workshop = stage.workshop();
        long bytes = size == BULK ? stage.pace().bulkSize() : size;
        Optional<StoredObject> object = writes ? Optional.empty() : Optional.of(workshop.writeObject(OBJECT, bytes));
        Server store = stage.closeLater(
                writes
                        ? Sink.start(workshop, storeTls)
                        : Nginx.store(workshop, storeTls, List.of(object.orElseThrow())));
        Setup setup = new Setup(workshop, store.port(), storeTls, clientTls, writes);
        Load load = stage.closeLater(Load.start(workshop));
        List<Contestant> contestants =
                stage.contestants(setup, peer -> contestant(peer, setup, stage, load, bytes, object));
        if (!clientTls && shape != Shape.RATE) {
            contestants.add(isBulkUpload() ? 0 : 1, sdk(setup, stage, load, bytes, object));
        }
        return stage.measure(this, contestants);
    }

    private Contestant contestant(
            Peer peer, Setup setup, Stage stage, Load load, long bytes, Optional<StoredObject> object)
            throws IOException {
        Server server = stage.closeLater(peer.starter().start(setup));
        Request request = request(server.port(), peer.target().of(server, OBJECT), bytes);
        try (Check check = new Check(setup.workshop())) {
            if (object.isPresent()) {
                FirstObject.await(load, request);
                check.download(request, expected(object.get()));
            } else {
                String kept = Sink.KEPT + OBJECT;
                check.upload(
                        request(server.port(), peer.target().of(server, kept), Math.min(bytes, CHECKED_UPLOAD)),
                        URI.create(setup.storeAddress() + Peer.inBucket(kept)));
            }
        }
        Order order = shape.order(request, stage.pace());
        return new Contestant(peer.label(), stage.warmUp(peer.compiledWhileRunning()), load, () -> {
            CpuTime before = server.cpuTime();
            Tally tally = load.run(order);
            return shape.figures(tally, server.cpuTime().secondsSince(before));
        });
    }

    /** What the SDK costs is what the gateway is compared with where it sends parts. */
    private boolean isBulkUpload() {
        return writes && shape == Shape.BULK;
    }

    private Request request(int port, String target, long bytes) {
        Request whole = writes ? Request.put(port, target, bytes) : Request.get(port, target, bytes);
        Request one = range == 0 ? whole : whole.ofRange(bytes / 2, range);
        return clientTls ? one.overTls() : one;
    }

    private String expected(StoredObject object) throws IOException {
        return range == 0 ? object.crc32c() : object.crc32cOf(object.size() / 2, range);
    }

    private Contestant sdk(Setup setup, Stage stage, Load load, long bytes, Optional<StoredObject> object)
            throws IOException {
        Sdk sdk = stage.closeLater(Sdk.start(setup));
        String rangeField = request(0, "/", bytes).range();
        if (object.isPresent() && !sdk.checksum(OBJECT, rangeField).equals(expected(object.get()))) {
            throw new IOException("the SDK read wrong bytes");
        }
        boolean bulk = shape == Shape.BULK;
        SdkClient.Job job = new SdkClient.Job(
                writes ? SdkClient.Job.Work.PUT : SdkClient.Job.Work.GET,
                OBJECT,
                rangeField,
                bytes,
                bulk ? 1 : CONNECTIONS,
                bulk ? stage.pace().bulkObjects() : 0,
                stage.pace().window().toMillis());
        long moved = range == 0 ? bytes : range;
        return new Contestant(Sdk.LABEL, stage.warmUp(true), load, () -> {
            CpuTime before = sdk.cpuTime();
            long done = sdk.run(job);
            Tally tally = new Tally(
                    done,
                    done * moved,
                    stage.pace().window(),
                    stage.pace().window(),
                    stage.pace().window());
            return shape.figures(tally, sdk.cpuTime().secondsSince(before));
        });
    }
}
