package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * The gateway as it ships: a jar with the options of the image, read from where the image gets them. The options size the heap, and the
 * gateway its memory for transfers, by the container's memory; here both are set to what they would be in a container of 512 MiB.
 */
final class Gateway {

    static final String LABEL = "gateway";
    static final String BASELINE = "gateway, baseline";

    private static final Pattern FLAG = Pattern.compile("<jvmFlag>([^<]+)</jvmFlag>");
    private static final Pattern VARIABLE = Pattern.compile("<JDK_JAVA_OPTIONS>([^<]+)</JDK_JAVA_OPTIONS>");
    private static final String CONTAINER_MEMORY = "-XX:MaxRAM=512m";
    private static final String TRANSFER_MEMORY = "160MB";

    private Gateway() {}

    /** The jar of this build. */
    static Peer ofThisBuild() {
        return peer(LABEL, Optional.empty());
    }

    /** Another jar, run with the same options. */
    static Peer baseline(Path jar) {
        return peer(BASELINE, Optional.of(jar.toAbsolutePath()));
    }

    private static Peer peer(String label, Optional<Path> jar) {
        return new Peer(
                label,
                true,
                Peer.Absence.never(),
                setup -> true,
                setup -> start(
                        label,
                        jar.orElseGet(() -> setup.workshop().root().resolve("app/target/banhmi-gateway.jar")),
                        setup),
                (server, object) -> "/v1/objects" + Peer.inBucket(object));
    }

    private static Server start(String label, Path jar, Setup setup) throws IOException {
        Workshop workshop = setup.workshop();
        int port = Server.freePort();
        List<String> command = new ArrayList<>(javaCommand(workshop));
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(List.of(
                "--spring.profiles.active=aws",
                "--server.address=127.0.0.1",
                "--server.port=" + port,
                "--management.server.address=127.0.0.1",
                "--management.server.port=" + Server.freePort(),
                "--banhmi.access.allow-open=true",
                "--banhmi.transfer.memory=" + TRANSFER_MEMORY,
                "--banhmi.s3.endpoint=" + setup.storeAddress(),
                "--banhmi.s3.region=us-east-1",
                "--banhmi.s3.path-style-access=true",
                "--banhmi.s3.access-key-id=cost",
                "--banhmi.s3.secret-access-key=cost",
                "--banhmi.buckets." + Workshop.BUCKET + ".key-layout=plain"));
        if (setup.clientTls()) {
            command.addAll(workshop.certificate().springOptions());
        }
        return Server.start(label.replaceAll("\\W+", "-"), workshop.directory(), port, command);
    }

    /** The java command, the shipped options, and trust in the store's certificate. */
    static List<String> javaCommand(Workshop workshop) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options(workshop));
        command.add(CONTAINER_MEMORY);
        command.addAll(workshop.certificate().trustOptions());
        return command;
    }

    /** The shipped options, and those to try. */
    static List<String> options(Workshop workshop) throws IOException {
        List<String> options =
                new ArrayList<>(optionsIn(Files.readString(workshop.root().resolve("app/pom.xml"))));
        options.addAll(workshop.gatewayOptions());
        return options;
    }

    static List<String> optionsIn(String pom) {
        List<String> options = new ArrayList<>();
        FLAG.matcher(pom).results().map(flag -> flag.group(1)).forEach(options::add);
        MatchResult variable = VARIABLE.matcher(pom)
                .results()
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("app/pom.xml sets no JDK_JAVA_OPTIONS"));
        options.addAll(List.of(variable.group(1).strip().split("\\s+", -1)));
        return options;
    }
}
