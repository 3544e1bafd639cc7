package dev.banhmi.gateway.config;

import java.net.BindException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.json.JsonParseException;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A start that fails on settings which {@link ConfigurationCheck} never sees: Spring's own, and sources that cannot be
 * read at all. To whoever set them they are the same mistake, so they end with the same code, and the log has a
 * sentence in place of a stack trace. No message quotes a source that cannot be read: the line at fault may be the one
 * with the secret.
 */
public final class UnusableSettings implements FailureAnalyzer {

    private static final String ACTION = "Correct it, then start again.";

    /** Found by Spring Boot through {@code META-INF/spring.factories}. */
    UnusableSettings() {}

    /**
     * The exit code for a start that has failed.
     *
     * @param failure what it threw
     * @return {@code EX_CONFIG} if a setting is at fault; empty if not
     */
    public static Optional<Integer> exitCode(Throwable failure) {
        return causes(failure).anyMatch(UnusableSettings::isOne)
                ? Optional.of(InvalidConfigurationException.EXIT_CODE)
                : Optional.empty();
    }

    /** Those that Spring Boot itself explains need only the code. */
    private static boolean isOne(Throwable cause) {
        return switch (cause) {
            case ConfigurationPropertiesBindException _,
                    org.springframework.boot.context.properties.bind.BindException _,
                    InvalidConfigurationPropertyValueException _,
                    ConfigDataException _ -> true;
            default -> explanation(cause).isPresent();
        };
    }

    @Override
    public @Nullable FailureAnalysis analyze(Throwable failure) {
        return causes(failure)
                .flatMap(cause ->
                        explanation(cause).map(explanation -> new FailureAnalysis(explanation, ACTION, cause)).stream())
                .findFirst()
                .orElse(null);
    }

    private static Optional<String> explanation(Throwable cause) {
        return switch (cause) {
            case JsonParseException _ ->
                Optional.of("SPRING_APPLICATION_JSON is not a JSON object"
                        + " (the variable, or the setting spring.application.json).");
            case MarkedYAMLException malformed ->
                Optional.of("A configuration file is not YAML: " + malformed.getProblem() + ", line "
                        + (malformed.getProblemMark().getLine() + 1) + ", column "
                        + (malformed.getProblemMark().getColumn() + 1) + ".");
            case YAMLException _ -> Optional.of("A configuration file is not YAML.");
            // Java has no types for these two. A port that is in use is no wrong setting, and Spring Boot explains it.
            case BindException refused
            when says(refused, "assign requested address") ->
                Optional.of("server.address or management.server.address is no address of this machine: "
                        + refused.getMessage() + ".");
            case IllegalArgumentException refused
            when says(refused, "port out of range") ->
                Optional.of(
                        "server.port or management.server.port is no port, 0 to 65535: " + refused.getMessage() + ".");
            default -> Optional.empty();
        };
    }

    private static boolean says(Exception refused, String words) {
        return String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT).contains(words);
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause);
    }
}
