package dev.banhmi.gateway.config;

import dev.banhmi.gateway.store.RegionSearch;
import dev.banhmi.gateway.store.S3Properties;
import dev.banhmi.gateway.transfer.TransferProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads the whole configuration before anything is built from it, and reports everything that is wrong in one message.
 * Spring Boot would stop at the first wrong value, so binding continues past a value that fails, with the default in
 * its place.
 */
public final class ConfigurationCheck implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static final Set<String> PROFILES = Set.of("aws", "local");

    private final boolean launcher;
    private final Supplier<Optional<String>> regionSearch;

    /**
     * For one start.
     *
     * @param launcher whether an embedded store is running, so that profile {@code local} is allowed
     */
    public ConfigurationCheck(boolean launcher) {
        this(launcher, RegionSearch::find);
    }

    /**
     * With another search for the region.
     *
     * @param regionSearch asked only when no setting names the region
     */
    ConfigurationCheck(boolean launcher, Supplier<Optional<String>> regionSearch) {
        this.launcher = launcher;
        this.regionSearch = regionSearch;
    }

    @Override
    public void initialize(ConfigurableApplicationContext context) {
        GatewayProperties properties = check(context.getEnvironment());
        ((GenericApplicationContext) context).registerBean(GatewayProperties.class, () -> properties);
    }

    GatewayProperties check(ConfigurableEnvironment environment) {
        List<String> problems = new ArrayList<>();
        String profile = profileOf(environment, problems);
        SettingNames.of(GatewayProperties.class)
                .unknownIn(environment)
                .forEach(name -> problems.add(name + ": there is no such setting"));
        GatewayProperties properties = Binder.get(environment)
                .bindOrCreate("banhmi", Bindable.of(GatewayProperties.class), new Collector(problems));
        checkTimes(properties, problems);
        checkMemory(properties.transfer(), problems);
        checkRegion(environment, problems);
        checkBuckets(environment, problems);
        checkProtocol(environment, problems);
        if ("aws".equals(profile) && !properties.access().allowOpen()) {
            problems.add(
                    "banhmi.access.allow-open = false: there is no access control yet, everyone who reaches the port"
                            + " may read, write and delete; set banhmi.access.allow-open=true if that is what you want");
        }
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
        return properties;
    }

    /**
     * Checks the times that wait for a transfer, or make one wait: none can be meant to exceed the longest transfer.
     */
    private static void checkTimes(GatewayProperties properties, List<String> problems) {
        Duration longest = properties.transfer().maxRequestDuration();
        Duration inFlight = properties.shutdown().inFlightTimeout();
        if (inFlight != null && inFlight.compareTo(longest) > 0) {
            problems.add("banhmi.shutdown.in-flight-timeout = " + inFlight
                    + ": longer than any transfer lasts (banhmi.transfer.max-request-duration = " + longest + ")");
        }
        Duration maxWait = properties.transfer().maxWait();
        if (maxWait.compareTo(longest) >= 0) {
            problems.add(
                    "banhmi.transfer.max-wait = " + maxWait + ": a transfer that waits this long is ended before it"
                            + " begins (banhmi.transfer.max-request-duration = " + longest + ")");
        }
    }

    /** Otherwise the kernel kills the process, at the hour of the highest load. */
    private static void checkMemory(TransferProperties transfer, List<String> problems) {
        long container = TransferProperties.containerMemory();
        long heap = Runtime.getRuntime().maxMemory();
        if (transfer.memory() != null && transfer.memoryBytes() > container - heap) {
            problems.add("banhmi.transfer.memory = " + transfer.memory() + ": more than the heap (" + heap
                    + " bytes) leaves of what the container allows (" + container + " bytes)");
        }
    }

    /** The SDK would fail on it as well: while beans are made, with a stack trace and the names of its classes. */
    private void checkRegion(ConfigurableEnvironment environment, List<String> problems) {
        if (Binder.get(environment).bind("banhmi.s3.region", String.class).isBound()) {
            return;
        }
        regionSearch
                .get()
                .ifPresentOrElse(
                        region -> S3Properties.checkRegion(RegionSearch.PLACES, region, problems),
                        () -> problems.add("banhmi.s3.region is not set, and " + RegionSearch.PLACES
                                + " have none either: the AWS region of the buckets is required, such as eu-west-1"
                                + " (for another S3 service the one that it signs with, often us-east-1)"));
    }

    /** Without one, every request for an object would be 404, from a gateway that says it is ready. */
    private static void checkBuckets(ConfigurableEnvironment environment, List<String> problems) {
        if (Binder.get(environment)
                .bind("banhmi.buckets", Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .isEmpty()) {
            problems.add("banhmi.buckets is empty: only buckets that are listed are served; list at least one, such as"
                    + " banhmi.buckets.my-objects.key-layout=hashed (or plain)");
        }
    }

    /** HTTP/2 would pass by the limits for slow clients and by the end of bodies at a shutdown, unseen. */
    private static void checkProtocol(ConfigurableEnvironment environment, List<String> problems) {
        if (Binder.get(environment)
                .bind("server.http2.enabled", String.class)
                .map(Boolean::parseBoolean)
                .orElse(false)) {
            problems.add("server.http2.enabled = true: the gateway serves HTTP/1.1; leave HTTP/2 to the load balancer");
        }
    }

    private @Nullable String profileOf(ConfigurableEnvironment environment, List<String> problems) {
        List<String> named = List.of(environment.getActiveProfiles()).stream()
                .filter(PROFILES::contains)
                .toList();
        if (named.size() != 1) {
            problems.add(
                    "profiles " + List.of(environment.getActiveProfiles()) + ": nothing says where objects are stored;"
                            + " set SPRING_PROFILES_ACTIVE=aws for S3 (or anything that speaks its protocol),"
                            + " or start banhmi-local.jar for an embedded store");
            return null;
        }
        if (named.getFirst().equals("local") && !launcher) {
            problems.add(
                    "profile local: its embedded store is not in this jar, because no emulator belongs in production;"
                            + " start banhmi-local.jar, or use profile aws with banhmi.s3.endpoint");
        }
        return named.getFirst();
    }

    /** Records each value that cannot be used and puts the default in its place. */
    private static final class Collector implements BindHandler {

        private final List<String> problems;

        Collector(List<String> problems) {
            this.problems = problems;
        }

        @Override
        public @Nullable Object onFailure(
                ConfigurationPropertyName name, Bindable<?> target, BindContext context, Exception error) {
            Throwable cause = error;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            ConfigurationProperty property = context.getConfigurationProperty();
            if (property != null && property.getName().equals(name)) {
                problems.add(name + " = " + property.getValue() + ": " + reason(target, cause));
            } else {
                problems.add(cause.getMessage() == null ? name + ": " + cause : cause.getMessage());
            }
            return null;
        }

        private static String reason(Bindable<?> target, Throwable cause) {
            Class<?> type = target.getType().resolve(Object.class);
            if (!type.isEnum()) {
                return cause.getMessage() == null ? cause.toString() : cause.getMessage();
            }
            return Arrays.stream(type.getEnumConstants())
                    .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", ", "one of ", " is required"));
        }
    }
}
