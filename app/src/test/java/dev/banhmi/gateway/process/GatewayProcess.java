package dev.banhmi.gateway.process;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The packaged gateway in a process of its own. Thread-safe. */
public final class GatewayProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final URI uri;
    private final URI management;

    private GatewayProcess(ChildProcess process, URI uri, URI management) {
        this.process = process;
        this.uri = uri;
        this.management = management;
    }

    /**
     * A gateway without any setting but its two ports.
     *
     * @return to add settings to
     */
    public static Builder builder() {
        return new Builder();
    }

    /** Settings of a gateway that does not run yet. */
    public static final class Builder {

        private final Map<String, String> settings = new LinkedHashMap<>();
        private final List<String> jvmOptions = new ArrayList<>(List.of("-Xmx256m"));

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
         * Starts faster and runs slower: for a process that moves few bytes.
         *
         * @return this
         */
        public Builder shortLived() {
            jvmOptions.add("-XX:TieredStopAtLevel=1");
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
         * Profile {@code aws} against a store, open to everybody, with no pause before it shuts down.
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
         * Starts the gateway and waits until {@code /readyz} says 200.
         *
         * @return the running gateway; whoever calls closes it
         */
        public GatewayProcess start() {
            GatewayProcess gateway = launch();
            gateway.process.awaitAnswer(gateway.uri.resolve("/readyz"), status -> status == 200, START);
            return gateway;
        }

        /**
         * Starts the gateway and does not wait: for a start that has to fail.
         *
         * @return the started process; whoever calls closes it
         */
        public GatewayProcess launch() {
            int port = ChildProcess.freePort();
            int managementPort = ChildProcess.freePort();
            List<String> arguments = new ArrayList<>();
            set("server.port", Integer.toString(port));
            set("management.server.port", Integer.toString(managementPort));
            settings.forEach((key, value) -> arguments.add("--" + key + "=" + value));
            ChildProcess process = ChildProcess.start(
                    "gateway", ChildProcess.artifactsDirectory().resolve("banhmi-gateway.jar"), jvmOptions, arguments);
            return new GatewayProcess(
                    process, URI.create("http://127.0.0.1:" + port), URI.create("http://127.0.0.1:" + managementPort));
        }
    }

    /**
     * Where callers reach it.
     *
     * @return scheme, loopback address and port
     */
    public URI uri() {
        return uri;
    }

    /**
     * Where the operator reaches it.
     *
     * @return scheme, loopback address and management port
     */
    public URI management() {
        return management;
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
     * @return all that it printed until now
     */
    public String output() {
        return process.output();
    }

    /**
     * What it left in its temp and working directories: regular files, and files that it holds open but has deleted.
     *
     * @return their paths; empty is how it should be
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
