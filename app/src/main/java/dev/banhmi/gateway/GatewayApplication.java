package dev.banhmi.gateway;

import dev.banhmi.gateway.config.ConfigurationCheck;
import dev.banhmi.gateway.config.ContainerMemory;
import dev.banhmi.gateway.config.LauncherBuckets;
import dev.banhmi.gateway.config.UnusableSettings;
import dev.banhmi.gateway.lifecycle.ShutdownSequence;
import jakarta.servlet.Filter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** Starts the gateway. */
@SpringBootApplication(proxyBeanMethods = false, exclude = ErrorMvcAutoConfiguration.class)
public class GatewayApplication {

    /** For Spring, which instantiates its configuration classes. */
    GatewayApplication() {}

    /**
     * Starts the gateway in profile {@code aws}. Ends the process with code 78 when the configuration is wrong or the
     * container too small, and with code 0 after SIGTERM.
     *
     * @param args options such as {@code --server.port=8080}
     */
    public static void main(String[] args) {
        ContainerMemory.require();
        try {
            start(false, _ -> {}, args);
        } catch (RuntimeException e) {
            UnusableSettings.exitCode(e).ifPresent(System::exit);
            throw e;
        }
    }

    /**
     * Starts the gateway in profile {@code local}, for a launcher that runs its own store. SIGTERM ends the process
     * with code 0.
     *
     * @param settings take precedence over every other source, so that no stray environment variable points away from
     *     the store
     * @param buckets those of the store; other sources may say more of them, and of no others. Hashed unless they say
     *     otherwise
     * @param startPage sees each request that none of the gateway's own filters has handled, before it is routed; what
     *     it passes on is handled as if it were not there
     * @return the running gateway
     */
    public static ConfigurableApplicationContext startLocal(
            Map<String, Object> settings, List<String> buckets, Filter startPage) {
        LauncherBuckets served = new LauncherBuckets(Set.copyOf(buckets));
        String[] args = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        return start(
                true,
                application -> {
                    application.setAdditionalProfiles("local");
                    application.setDefaultProperties(served.defaults());
                    application.addInitializers(served);
                    application.addInitializers(context -> ((GenericApplicationContext) context)
                            .registerBean("startPage", Filter.class, () -> startPage));
                },
                args);
    }

    private static SpringApplication application(boolean launcher) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setRegisterShutdownHook(false);
        application.addInitializers(new ConfigurationCheck(launcher));
        return application;
    }

    private static ConfigurableApplicationContext start(
            boolean launcher, Consumer<SpringApplication> more, String... args) {
        // Armed before anything else: a SIGTERM during the start also ends the process with code 0.
        ShutdownSequence shutdown = ShutdownSequence.install();
        try {
            SpringApplication application = application(launcher);
            more.accept(application);
            application.addInitializers(shutdown::of);
            return application.run(args);
        } finally {
            shutdown.startEnded();
        }
    }
}
