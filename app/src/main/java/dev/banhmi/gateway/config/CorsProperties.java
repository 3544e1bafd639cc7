package dev.banhmi.gateway.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Which pages may call from a browser, {@code banhmi.cors.*}.
 *
 * @param allowedOrigins as a browser sends them in {@code Origin}, compared letter by letter; without any, no page of
 *     another origin may read a response
 */
public record CorsProperties(@DefaultValue List<String> allowedOrigins) {

    private static final Map<String, Integer> DEFAULT_PORTS = Map.of("http", 80, "https", 443);

    /** Checks every origin and reports all that are wrong, one a line. */
    public CorsProperties {
        allowedOrigins = List.copyOf(allowedOrigins);
        List<String> problems = new ArrayList<>();
        for (int i = 0; i < allowedOrigins.size(); i++) {
            String origin = allowedOrigins.get(i);
            String problem = problemOf(origin);
            if (problem != null) {
                problems.add("banhmi.cors.allowed-origins[" + i + "] = " + origin + ": " + problem);
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", problems));
        }
    }

    /** An origin that no browser sends would be allowed in vain. */
    private static @Nullable String problemOf(String origin) {
        if (origin.contains("*") || origin.equals("null")) {
            return "every origin is listed by itself; \"*\" and \"null\" would allow any page";
        }
        String canonical = canonical(origin);
        if (canonical == null) {
            return "an origin is required, http or https and a host, such as https://app.example or"
                    + " http://localhost:3000";
        }
        return canonical.equals(origin) ? null : "browsers send " + canonical + " instead, so write that";
    }

    /** As a browser spells it: in lower case, without a path and without the port that goes without saying. */
    private static @Nullable String canonical(String origin) {
        try {
            URI uri = new URI(origin);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            Integer defaultPort = DEFAULT_PORTS.get(scheme);
            if (defaultPort == null || uri.getHost() == null || uri.getUserInfo() != null || uri.getPort() > 65_535) {
                return null;
            }
            String port = uri.getPort() < 0 || uri.getPort() == defaultPort ? "" : ":" + uri.getPort();
            return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
        } catch (URISyntaxException e) {
            // Its message says no more than that an origin is required.
            return null;
        }
    }
}
