package dev.banhmi.testkit;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The packaged gateway in a process of its own. Thread-safe. */
public final class GatewayProcess implements AutoCloseable {

    /** Tomcat's lines, the gateway's own port before that of management: printed once each of them listens. */
    private static final Pattern PORTS = Pattern.compile(
            "Tomcat started on port (\\d+) \\(https?\\).*?Tomcat started on port (\\d+) \\(http\\)", Pattern.DOTALL);

    private static final Pattern FIRST_PORT = Pattern.compile("Tomcat started on port (\\d+) \\(https?\\)");

    private final ChildProcess process;
    private final @Nullable TlsKeys tls;
    private volatile @Nullable MatchResult ports;

    private GatewayProcess(ChildProcess process, @Nullable TlsKeys tls) {
        this.process = process;
        this.tls = tls;
    }

    /**
     * A gateway without any settings, except that it chooses its two ports itself.
     *
     * @return to add settings to
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Settings of a gateway that is not running yet. */
    public static final class Builder {

        private static final String FIRST_COMPILER = "-XX:TieredStopAtLevel=1";

        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<String> jvmOptions =
                new ArrayList<>(List.of("-Xmx256m", "-XX:+UseSerialGC", FIRST_COMPILER));
        private boolean fromItsJar;
        private boolean training;
        private @Nullable TlsKeys tls;

        private Builder() {}

        /**
         * Sets the largest heap.
         *
         * @param size as in {@code -Xmx}
         * @return this
         */
        public Builder heap(String size) {
            jvmOptions.set(0, "-Xmx" + size);
            return this;
        }

        /**
         * Adds an option of the JVM.
         *
         * @param option as on its command line
         * @return this
         */
        public Builder jvmOption(String option) {
            jvmOptions.add(option);
            return this;
        }

        /**
         * Compiles as in production, where it starts slower and then runs faster: for what measures memory, or moves a lot
         * of bytes. Without it there is only the JVM's first compiler.
         *
         * @return this
         */
        public Builder bothCompilers() {
            jvmOptions.remove(FIRST_COMPILER);
            return this;
        }

        /**
         * Starts the runnable jar alone: for what measures the memory of the process, of which the cache of the quick
         * start is a part.
         *
         * @return this
         */
        public Builder fromItsJar() {
            fromItsJar = true;
            return this;
        }

        /** Lets the start leave what makes the next ones quick, once the process has ended. */
        Builder training() {
            training = true;
            return this;
        }

        /**
         * Adds a setting, in place of an earlier one with the same key.
         *
         * @param key a property's name
         * @param value its value
         * @return this
         */
        public Builder set(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * Lets the gateway itself end TLS, on its own port.
         *
         * @param keys its certificate
         * @return this
         */
        public Builder tls(TlsKeys keys) {
            tls = keys;
            return set("server.ssl.key-store", keys.keyStore().toUri().toString())
                    .set("server.ssl.key-store-type", "PKCS12")
                    .set("server.ssl.key-store-password", TlsKeys.PASSWORD)
                    .set("management.server.ssl.enabled", "false");
        }

        /**
         * Takes a setting back.
         *
         * @param key a property's name
         * @return this
         */
        public Builder unset(String key) {
            settings.remove(key);
            return this;
        }

        /**
         * Profile {@code aws} against a store, open to everyone, with no pause before shutdown.
         *
         * @param endpoint where the store listens
         * @param credentials what the gateway signs with
         * @return this
         */
        public Builder store(URI endpoint, StoreProcess.Credentials credentials) {
            return set("spring.profiles.active", "aws")
                    .set("banhmi.access.allow-open", "true")
                    .set("banhmi.shutdown.pre-stop-delay", "0s")
                    .set("banhmi.s3.endpoint", endpoint.toString())
                    .set("banhmi.s3.region", "us-east-1")
                    .set("banhmi.s3.path-style-access", "true")
                    .set("banhmi.s3.access-key-id", credentials.accessKeyId())
                    .set("banhmi.s3.secret-access-key", credentials.secretAccessKey());
        }

        /**
         * Serves a bucket in the layout of the 2018 service.
         *
         * @param bucket its name
         * @return this
         */
        public Builder hashedBucket(String bucket) {
            return set("banhmi.buckets." + bucket + ".key-layout", "hashed");
        }

        /**
         * Starts the gateway and waits until {@code /readyz} responds with 200.
         *
         * @return the running gateway, to be closed by the caller
         */
        public GatewayProcess start() {
            GatewayProcess gateway = launch();
            try {
                gateway.process.awaitResponse(
                        gateway.uri().resolve("/readyz"),
                        status -> status == 200,
                        Patience.HANGS,
                        tls == null ? null : tls.context());
                return gateway;
            } catch (RuntimeException e) {
                gateway.close();
                throw e;
            }
        }

        /**
         * Starts the gateway and does not wait: for a start that must fail.
         *
         * @return the started process, to be closed by the caller
         */
        public GatewayProcess launch() {
            List<String> arguments = new ArrayList<>();
            settings.putIfAbsent("server.port", "0");
            settings.putIfAbsent("management.server.port", "0");
            settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
            Path artifacts = ChildProcess.artifactsDirectory();
            // What the build takes out of the jar and starts once; planted faults are in a jar alone.
            Path extracted = artifacts.resolve("extracted").resolve("banhmi-gateway.jar");
            Path cache = StartTraining.cacheOf(extracted);
            boolean quick = training || (!fromItsJar && Files.exists(cache));
            List<String> options = new ArrayList<>(jvmOptions);
            if (quick) {
                options.add((training ? "-XX:AOTCacheOutput=" : "-XX:AOTCache=") + cache);
            }
            Path jar = quick ? extracted : artifacts.resolve("banhmi-gateway.jar");
            return new GatewayProcess(ChildProcess.start("gateway", jar, options, arguments), tls);
        }
    }

    /**
     * Where callers reach it; waits until it listens.
     *
     * @return scheme, loopback address and port
     * @throws IllegalStateException if it ends instead
     */
    public URI uri() {
        return URI.create((tls == null ? "http" : "https") + "://127.0.0.1:" + ports().group(1));
    }

    /**
     * Opens a connection as a caller does, with TLS if the gateway has it; waits until it listens.
     *
     * @return the connection, to be closed by the caller
     * @throws IOException when it cannot be opened
     * @throws IllegalStateException if the gateway ends instead
     */
    public RawHttp connect() throws IOException {
        return tls == null ? RawHttp.connect(uri()) : RawHttp.connect(uri(), tls);
    }

    /**
     * Where callers reach it, also when the start fails after that; waits until it listens.
     *
     * @return scheme, loopback address and port
     * @throws IllegalStateException if it ends instead
     */
    public URI uriOfFirstPort() {
        return URI.create("http://127.0.0.1:"
                + process.awaitOutput(FIRST_PORT, Patience.HANGS).group(1));
    }

    /**
     * Where the operator reaches it; waits until it listens.
     *
     * @return scheme, loopback address and management port
     * @throws IllegalStateException if it ends instead
     */
    public URI management() {
        return URI.create("http://127.0.0.1:" + ports().group(2));
    }

    private MatchResult ports() {
        MatchResult known = ports;
        if (known == null) {
            known = process.awaitOutput(PORTS, Patience.HANGS);
            ports = known;
        }
        return known;
    }

    /**
     * Its process.
     *
     * @return the process id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Its log.
     *
     * @return everything that it has printed so far
     */
    public String output() {
        return process.output();
    }

    /**
     * What it left in its temp and working directories: regular files, and files that it holds open but has deleted.
     *
     * @return their paths; empty if all is well
     */
    public List<String> leftovers() {
        return process.leftovers();
    }

    /** Sends SIGTERM and returns at once. */
    public void terminate() {
        process.terminate();
    }

    /**
     * Waits for the process to end.
     *
     * @param limit fails after that
     * @return its exit code
     */
    public int awaitExit(Duration limit) {
        return process.awaitExit(limit);
    }

    @Override
    public void close() {
        process.close();
    }
}
