package dev.banhmi.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Sixteen clients read 64 KiB repeatedly, each over one kept-alive connection. */
record SmallDownload(double target) implements Scenario {

    private static final int CLIENTS = 16;

    @Override
    public String name() {
        return "small-get";
    }

    @Override
    public String run(Workshop workshop, Pace pace) throws IOException {
        String crc32c = workshop.writeObject(Workshop.SMALL, Workshop.SMALL_SIZE);
        Peers peers = new Peers(workshop);
        try (Server store = peers.store(false, Workshop.SMALL, crc32c);
                Server nginx = peers.nginxProxy(store, false);
                Server haproxy = peers.haproxy(store, false);
                Server gateway = new Gateway(workshop).start("http", store.port())) {
            String peerPath = "/" + Workshop.BUCKET + "/" + Workshop.SMALL;
            String path = "/v1/objects" + peerPath;
            return table(new Contest(List.of(
                            new Contestant("nginx", false, nginx, () -> read(nginx, peerPath, pace)),
                            new Contestant("HAProxy", false, haproxy, () -> read(haproxy, peerPath, pace)),
                            new Contestant("gateway", true, gateway, () -> read(gateway, path, pace))))
                    .run(pace));
        }
    }

    private static double read(Server server, String path, Pace pace) throws IOException {
        long end = System.nanoTime() + pace.window().toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                counts.add(clients.submit(() -> readUntil(end, server, path)));
            }
            double sum = 0;
            for (Future<Integer> count : counts) {
                sum += count.get();
            }
            return sum;
        } catch (ExecutionException e) {
            throw new IOException(server.name() + " failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static int readUntil(long end, Server server, String path) throws IOException {
        int count = 0;
        try (HttpLoad client = new HttpLoad(server)) {
            while (System.nanoTime() < end) {
                client.get(path, Workshop.SMALL_SIZE);
                count++;
            }
        }
        return count;
    }

    private String table(Map<String, Samples> costs) {
        Samples reference = Objects.requireNonNull(costs.get("nginx"));
        StringBuilder table = new StringBuilder("| | requests per CPU-s | × nginx |\n| --- | --- | --- |\n");
        costs.forEach((label, cost) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s |\n",
                label,
                cost.inverse().show("%.0f"),
                cost == reference ? "1" : reference.per(cost).show("%.3f"))));
        return table + "| to reach | | at least " + target + " |\n";
    }
}
