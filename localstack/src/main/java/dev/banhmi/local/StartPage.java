package dev.banhmi.local;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.web.filter.OncePerRequestFilter;

/** The launcher's page for a browser: the buckets, what is in them, uploads, downloads, and the {@code curl} line for each. */
final class StartPage extends OncePerRequestFilter {
    /*
     * It responds to GET and HEAD of "/" with a page that contains its style and its script. Its Content-Security-Policy allows exactly
     * these two, by their hashes, and requests to its own origin; so nothing stored in a bucket can run in it, not even as a script of the
     * same origin. All other requests are passed on to the gateway, which responds as it does in production.
     */

    private static final Set<String> METHODS = Set.of("GET", "HEAD");

    private final String content;
    private final String policy;

    private StartPage(String content, String policy) {
        this.content = content;
        this.policy = policy;
    }

    /** A page for these buckets; {@link BucketName} admits no name that needs escaping. */
    static StartPage of(List<String> buckets) {
        String style = resource("start-page.css");
        String script = resource("start-page.js");
        String options = buckets.stream()
                .map(bucket -> "<option>" + bucket + "</option>")
                .collect(Collectors.joining());
        String content = resource("start-page.html")
                .replace("@style@", style)
                .replace("@script@", script)
                .replace("@buckets@", options);
        String policy =
                "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self';"
                        + " img-src data:; style-src " + hash(style) + "; script-src " + hash(script)
                        + "; require-trusted-types-for 'script'";
        return new StartPage(content, policy);
    }

    String content() {
        return content;
    }

    String policy() {
        return policy;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (!request.getRequestURI().equals("/") || !METHODS.contains(request.getMethod())) {
            chain.doFilter(request, response);
            return;
        }
        byte[] page = content.getBytes(StandardCharsets.UTF_8);
        response.setContentType("text/html; charset=utf-8");
        response.setContentLength(page.length);
        response.setHeader("Content-Security-Policy", policy);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Referrer-Policy", "no-referrer");
        response.setHeader("Cache-Control", "no-store");
        response.getOutputStream().write(page);
    }

    private static String resource(String name) {
        try (InputStream content = StartPage.class.getResourceAsStream(name)) {
            if (content == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static String hash(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
