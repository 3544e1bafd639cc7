package dev.banhmi.bench;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;

/** One client sends 1 GiB after the other, over plain HTTP; the store, which discards, is reached over TLS. */
record Upload(double target) implements Scenario {

    private static final int BLOCK = 256 * 1024;
    private static final int PARTS_PER_GIB = 128;

    @Override
    public String name() {
        return "put";
    }

    @Override
    public String run(Workshop workshop, Pace pace) throws IOException {
        Gateway gateways = new Gateway(workshop);
        Path done = workshop.directory().resolve("sdk.done");
        Files.writeString(done, "");
        try (Sink sink = Sink.start(workshop.certificate());
                Server sdk = Server.startWorker("sdk", workshop.directory(), uploader(gateways, sink, done));
                Server gateway = gateways.start("https", sink.port())) {
            ByteBuffer block = ByteBuffer.allocateDirect(BLOCK);
            byte[] random = new byte[BLOCK];
            new Random(BLOCK).nextBytes(random);
            block.put(random).flip();
            return table(new Contest(List.of(
                            new Contestant("the SDK alone", true, sdk, () -> order(sdk, done, pace)),
                            new Contestant("gateway", true, gateway, () -> send(gateway, block, pace))))
                    .run(pace));
        }
    }

    private static List<String> uploader(Gateway gateways, Sink sink, Path done) throws IOException {
        List<String> command = new ArrayList<>(gateways.javaCommand());
        command.addAll(List.of(
                "-cp",
                absoluteClassPath(),
                SdkUploader.class.getName(),
                "https://127.0.0.1:" + sink.port(),
                done.toString()));
        return command;
    }

    /** The child runs in another directory than this process. */
    private static String absoluteClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static double order(Server sdk, Path done, Pace pace) throws IOException {
        long before = Files.size(done);
        sdk.input().write((PARTS_PER_GIB * pace.gibibytes() + "\n").getBytes(StandardCharsets.US_ASCII));
        sdk.input().flush();
        while (Files.size(done) == before) {
            sdk.requireAlive();
            Server.pause();
        }
        return pace.gibibytes();
    }

    private static double send(Server gateway, ByteBuffer block, Pace pace) throws IOException {
        for (int i = 0; i < pace.gibibytes(); i++) {
            try (HttpLoad client = new HttpLoad(gateway)) {
                client.put("/v1/objects/" + Workshop.BUCKET + "/put", block, Workshop.GIB);
            }
        }
        return pace.gibibytes();
    }

    private String table(Map<String, Samples> costs) {
        Samples reference = Objects.requireNonNull(costs.get("the SDK alone"));
        StringBuilder table = new StringBuilder("| | CPU-s per GiB | × the SDK |\n| --- | --- | --- |\n");
        costs.forEach((label, cost) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %s | %s |\n",
                label,
                cost.show("%.2f"),
                cost == reference ? "1" : cost.per(reference).show("%.2f"))));
        return table + "| to reach | | at most " + target + " |\n";
    }
}
