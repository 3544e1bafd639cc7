package dev.banhmi.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/** One client reads 1 GiB after the other, over plain HTTP; the store is reached over plain HTTP or TLS. */
record BulkDownload(boolean tls, double target) implements Scenario {

    @Override
    public String name() {
        return tls ? "bulk-get-tls" : "bulk-get";
    }

    @Override
    public String run(Workshop workshop, Pace pace) throws IOException {
        String crc32c = workshop.writeObject(Workshop.BULK, Workshop.BULK_SIZE);
        Peers peers = new Peers(workshop);
        try (Server store = peers.store(tls, Workshop.BULK, crc32c);
                Server nginx = peers.nginxProxy(store, tls);
                Server haproxy = peers.haproxy(store, tls);
                Server gateway = new Gateway(workshop).start(tls ? "https" : "http", store.port())) {
            String peerPath = "/" + Workshop.BUCKET + "/" + Workshop.BULK;
            String path = "/v1/objects" + peerPath;
            Map<String, Samples> costs = new Contest(List.of(
                            new Contestant("nginx", false, nginx, () -> read(nginx, peerPath, crc32c, pace)),
                            new Contestant("HAProxy", false, haproxy, () -> read(haproxy, peerPath, crc32c, pace)),
                            new Contestant("gateway", true, gateway, () -> read(gateway, path, crc32c, pace))))
                    .run(pace);
            return table(costs);
        }
    }

    private static double read(Server server, String path, String crc32c, Pace pace) throws IOException {
        try (HttpLoad client = new HttpLoad(server)) {
            for (int i = 0; i < pace.gibibytes(); i++) {
                CRC32C crc = new CRC32C();
                client.get(path, Workshop.BULK_SIZE, crc);
                if (!Workshop.base64(crc.getValue()).equals(crc32c)) {
                    throw new IOException(server.name() + " sent wrong bytes");
                }
            }
        }
        return pace.gibibytes() * (double) Workshop.BULK_SIZE / Workshop.GIB;
    }

    private String table(Map<String, Samples> costs) {
        Samples reference = Objects.requireNonNull(costs.get("nginx"));
        StringBuilder table = new StringBuilder("| | CPU-s per GiB | × nginx |\n| --- | --- | --- |\n");
        costs.forEach((label, cost) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s |\n",
                label,
                cost.show("%.2f"),
                cost == reference ? "1" : cost.per(reference).show("%.2f"))));
        return table + "| to reach | | at most " + target + " |\n";
    }
}
