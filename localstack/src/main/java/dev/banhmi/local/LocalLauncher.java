package dev.banhmi.local;

import dev.banhmi.gateway.GatewayApplication;
import java.util.Map;
import org.springframework.boot.ExitCodeGenerator;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.context.ConfigurableApplicationContext;

/** Starts the gateway and a store for it in one process, and says how to use them. */
public final class LocalLauncher {

    private static final String BUCKET = "demo";

    /** {@code EX_USAGE} of BSD's sysexits(3). */
    private static final int USAGE_ERROR = 64;

    private LocalLauncher() {}

    /**
     * Starts everything and returns; SIGTERM or Ctrl-C ends it with code 0. Ends with code 64 when an option is wrong or the
     * data directory cannot be used, and with another one above 0 when the gateway does not start.
     *
     * @param args {@code --port} (default 8080) and {@code --data} (default {@code ./data})
     */
    public static void main(String[] args) {
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
        EmbeddedStore store = EmbeddedStore.start(options.data(), BUCKET);
        ConfigurableApplicationContext gateway = startGateway(Map.of(
                "server.port",
                options.port(),
                "banhmi.s3.endpoint",
                store.endpoint().toString(),
                "banhmi.s3.region",
                "us-east-1",
                "banhmi.s3.path-style-access",
                true,
                "banhmi.s3.access-key-id",
                store.accessKeyId(),
                "banhmi.s3.secret-access-key",
                store.secretAccessKey(),
                "banhmi.buckets." + BUCKET + ".key-layout",
                "hashed"));
        String port = gateway.getEnvironment().getProperty("local.server.port", "");
        String managementPort = gateway.getEnvironment().getProperty("local.management.port", "");
        System.out.println(greeting("http://127.0.0.1:" + port, managementPort, store, options));
    }

    /** Spring Boot has said what is wrong by the time it throws; the store's threads would keep the process alive. */
    private static ConfigurableApplicationContext startGateway(Map<String, Object> settings) {
        try {
            return GatewayApplication.startLocal(settings);
        } catch (RuntimeException e) {
            System.exit(e instanceof ExitCodeGenerator failure ? failure.getExitCode() : 1);
            throw e;
        }
    }

    private static String greeting(String url, String managementPort, EmbeddedStore store, LaunchOptions options) {
        return """

                Bánh mì is ready on %1$s   (bucket "%2$s", objects in %3$s)
                For a laptop, not for production: no access control, one disk. Ctrl-C ends it.

                Store %4$s, metrics http://127.0.0.1:%5$s/actuator/prometheus

                Try it:
                  echo 'banh mi!' | curl -T - %1$s/v1/objects/%2$s/hello
                  curl %1$s/v1/objects/%2$s/hello
                  curl %1$s/v1/objects/%2$s
                """.formatted(url, BUCKET, options.data(), store.endpoint(), managementPort);
    }
}
