package dev.banhmi.local;

import dev.banhmi.gateway.GatewayApplication;
import dev.banhmi.gateway.config.UnusableSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the gateway and a store for it in one process, and prints how to use them. */
public final class LocalLauncher {
    /*
     * Checks come in the order of their cost: first everything that can be checked without starting or creating anything (options, the
     * port), then directories, which can be removed again, then the store, then the gateway.
     */

    static final String NOTICE =
            "Bánh mì with an embedded store, for development on this machine. Not for production: no access"
                    + " control, one disk.";

    private static final String LOOPBACK = "127.0.0.1";

    /** A page that makes a name of its own resolve to loopback must not be served. */
    private static final List<String> LOOPBACK_NAMES = List.of("localhost", LOOPBACK, "[::1]");

    private static final String REGION = "us-east-1";

    /** {@code EX_USAGE} of BSD's sysexits(3). */
    private static final int USAGE_ERROR = 64;

    private LocalLauncher() {}

    /**
     * Starts everything and returns; SIGTERM or Ctrl-C ends it with exit code 0. Exits with code 64 when an option is wrong or names a port
     * or a directory that cannot be used, and with another nonzero code when the gateway does not start.
     *
     * @param args {@code --help} lists them
     */
    public static void main(String[] args) {
        System.out.println(NOTICE);
        if (LaunchOptions.askForHelp(args)) {
            System.out.println(LaunchOptions.USAGE);
            return;
        }
        // Silence until the gateway has read its logging settings: the store's chatter would hide the greeting.
        LoggingSystem.get(LocalLauncher.class.getClassLoader()).beforeInitialize();
        try {
            launch(LaunchOptions.parse(args));
        } catch (LaunchException e) {
            System.err.println(e.getMessage());
            System.exit(USAGE_ERROR);
        }
    }

    private static void launch(LaunchOptions options) {
        requireFree(options.port());
        DataDirectory data = DataDirectory.prepare(options.data(), options.buckets());
        EmbeddedStore store = startStore(data, options.buckets());
        Map<String, Object> settings = settings(options, store);
        ConfigurableApplicationContext gateway = startGateway(options, settings, data);
        // The directory is taken for as long as something refers to it.
        gateway.getBeanFactory().registerSingleton("dataDirectory", data);
        String port = gateway.getEnvironment().getProperty("local.server.port", "");
        String managementPort = gateway.getEnvironment().getProperty("local.management.port", "");
        String url = "http://" + LOOPBACK + ":" + port;
        System.out.println(greeting(url, managementPort, store, options));
        OverriddenSettings.in(gateway.getEnvironment(), settings).forEach(System.out::println);
        FileNames.warning().ifPresent(System.out::println);
        if (options.openBrowser()) {
            Browser.open(URI.create(url + "/"));
        }
    }

    /** The gateway would fail on it as well, two seconds later and with the store running. */
    private static void requireFree(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
        } catch (IOException e) {
            throw new LaunchException(
                    "--port " + port + ": the gateway cannot listen on " + LOOPBACK + ":" + port + " (" + e.getMessage()
                            + "); --port NUMBER takes another port, --port 0 a free one",
                    e);
        }
    }

    private static EmbeddedStore startStore(DataDirectory data, List<String> buckets) {
        try {
            LeftUploads.remove(data, buckets);
            return EmbeddedStore.start(data.root());
        } catch (LaunchException e) {
            data.undo();
            throw e;
        }
    }

    /** Spring Boot has reported the failure by the time it throws; the store's threads would keep the process alive. */
    private static ConfigurableApplicationContext startGateway(
            LaunchOptions options, Map<String, Object> settings, DataDirectory data) {
        try {
            return GatewayApplication.startLocal(settings, options.buckets(), StartPage.of(options.buckets()));
        } catch (RuntimeException e) {
            data.undo();
            System.exit(UnusableSettings.exitCode(e)
                    .orElse(e instanceof ExitCodeGenerator failure ? failure.getExitCode() : 1));
            throw e;
        }
    }

    private static Map<String, Object> settings(LaunchOptions options, EmbeddedStore store) {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("server.port", options.port());
        settings.put("banhmi.s3.endpoint", store.endpoint().toString());
        settings.put("banhmi.s3.region", REGION);
        settings.put("banhmi.s3.path-style-access", true);
        settings.put("banhmi.s3.access-key-id", store.accessKeyId());
        settings.put("banhmi.s3.secret-access-key", store.secretAccessKey());
        settings.put("banhmi.access.allow-open", true);
        settings.put("banhmi.cors.allowed-origins", "");
        settings.put(
                "banhmi.access.host-names",
                Stream.concat(LOOPBACK_NAMES.stream(), options.hostNames().stream())
                        .collect(Collectors.joining(",")));
        return settings;
    }

    private static String greeting(String url, String managementPort, EmbeddedStore store, LaunchOptions options) {
        return """

                Bánh mì is ready on %1$s   (%2$s, objects in %3$s)
                For a laptop, not for production: no access control, one disk. Ctrl-C ends it.

                Start page %1$s/
                Metrics http://127.0.0.1:%5$s/actuator/prometheus
                Store %4$s, for any S3 client, with the keys of this start:
                  AWS_ACCESS_KEY_ID=%7$s AWS_SECRET_ACCESS_KEY=%8$s AWS_REGION=%9$s aws --endpoint-url %4$s s3 ls s3://%6$s

                Try it:
                  echo 'banh mi!' | curl -T - %1$s/v1/objects/%6$s/hello
                  curl %1$s/v1/objects/%6$s/hello
                  curl %1$s/v1/objects/%6$s
                """.formatted(
                        url,
                        (options.buckets().size() == 1 ? "bucket \"" : "buckets \"")
                                + String.join("\", \"", options.buckets())
                                + "\"",
                        options.data(),
                        store.endpoint(),
                        managementPort,
                        options.buckets().getFirst(),
                        store.accessKeyId(),
                        store.secretAccessKey(),
                        REGION);
    }
}
