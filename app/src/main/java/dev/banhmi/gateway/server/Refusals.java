package dev.banhmi.gateway.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.PercentEncoding;
import dev.banhmi.gateway.observe.RequestId;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.http.FastHttpDateFormat;
import org.apache.tomcat.util.http.MimeHeaders;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

/** Why Tomcat refuses a request, in a sentence for the caller: what, the value seen and what is allowed. */
final class Refusals {
    /*
     * Tomcat says it in the text of its exceptions or not at all, so the reason is found again in the request. Its
     * texts are compared with those that it would use itself, whatever its language is.
     */

    private static final String HEAD_TOO_LARGE =
            StringManager.getManager(Http11InputBuffer.class).getString("iib.requestheadertoolarge.error");

    private static final StringManager HTTP_TEXTS = StringManager.getManager(MimeHeaders.class);

    /** Of those that no value of a field may have. */
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f]");

    /** What a field can be called. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    private static final Pattern UNPRINTABLE = Pattern.compile("0x([01][0-9a-f]|7f|[89a-f][0-9a-f])");

    private Refusals() {}

    /**
     * The reason for a status that none of our code chose.
     *
     * @param request as far as Tomcat has read it
     * @param status 400 or above
     * @param cause what Tomcat keeps of it, if anything
     * @return for both APIs: its sentence, and for {@code /v1} its code
     */
    static Problem of(Request request, int status, @Nullable Throwable cause) {
        if (cause instanceof GatewayException refusal) {
            return Problem.of(refusal);
        }
        return switch (status) {
            case 408 -> new Problem(ErrorCode.REQUEST_TOO_SLOW, slowBody(request, cause));
            case 417 ->
                new Problem(
                        ErrorCode.INVALID_REQUEST,
                        "Expect is " + Shown.quoted(request.getHeader("Expect"))
                                + "; 100-continue is all that can be expected.");
            case 501 -> notImplemented(request);
            case 505 ->
                new Problem(
                        ErrorCode.INVALID_REQUEST,
                        "The version of HTTP is "
                                + (request.getProtocol().isEmpty() ? "0.9" : Shown.quoted(request.getProtocol()))
                                + "; HTTP/1.1 and HTTP/1.0 are served.");
            default ->
                status < 500
                        ? new Problem(ErrorCode.INVALID_REQUEST, malformed(request, cause))
                        : new Problem(ErrorCode.INTERNAL, "The gateway has a fault; its log says more.");
        };
    }

    /**
     * The response to a head that does not end. Nobody knows yet which API it was meant for.
     *
     * @param limit that it exceeded
     * @param id of the request that it would have been
     * @return to be sent as it is
     */
    static Farewell slowHead(Duration limit, String id) {
        return Farewell.of(whole(
                "408 Request Timeout",
                ErrorCode.REQUEST_TOO_SLOW,
                "The headers were not complete " + limit.toMillis() / 1000.0
                        + " s after the first byte of the request, the longest allowed.",
                id));
    }

    /**
     * The response to the preface of HTTP/2, which is no request.
     *
     * @param id of the request that would have followed
     * @return to be sent as it is
     */
    static byte[] http2(String id) {
        return whole(
                "505 HTTP Version Not Supported",
                ErrorCode.INVALID_REQUEST,
                "The version of HTTP is 2.0; HTTP/1.1 and HTTP/1.0 are served.",
                id);
    }

    /** A response where there is no request: head and body. The status may be another than the code's own. */
    private static byte[] whole(String status, ErrorCode code, String detail, String id) {
        String json = "{\"type\":\"about:blank\",\"title\":\"" + code.title() + "\",\"status\":"
                + status.substring(0, 3) + ",\"detail\":\"" + detail + "\",\"code\":\"" + code.name() + "\"}";
        StringBuilder head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
        InertContentFilter.FIELDS.forEach(
                (field, value) -> head.append(field).append(": ").append(value).append("\r\n"));
        head.append(RequestId.HEADER).append(": ").append(id);
        head.append("\r\nContent-Type: application/problem+json\r\nContent-Length: ")
                .append(json.length());
        head.append("\r\nDate: ").append(FastHttpDateFormat.getCurrentDate());
        head.append("\r\nConnection: close\r\n\r\n").append(json);
        return head.toString().getBytes(US_ASCII);
    }

    /** Whether a body was read in vain because its client was too slow, whatever that was made of. */
    static boolean isSlowBody(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SocketTimeoutException) {
                return true;
            }
        }
        return false;
    }

    private static String slowBody(Request request, @Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SlowClientException slow && slow.getMessage() != null) {
                return slow.getMessage();
            }
        }
        AbstractHttp11Protocol<?> http = http(request);
        return "No byte of the body arrived for "
                + (http == null ? "too long" : http.getConnectionTimeout() / 1000.0 + " s")
                + ", the longest silence allowed (banhmi.transfer.max-idle).";
    }

    private static Problem notImplemented(Request request) {
        List<String> codings = values(request, "Transfer-Encoding");
        return codings.isEmpty()
                ? new Problem(
                        ErrorCode.UNSUPPORTED,
                        "The method " + Shown.quoted(request.getMethod()) + " is for proxies, which this is not.")
                : new Problem(
                        ErrorCode.TRANSFER_CODING_UNSUPPORTED,
                        "Transfer-Encoding is " + Shown.quoted(String.join(", ", codings))
                                + "; chunked is the only transfer coding supported.");
    }

    private static String malformed(Request request, @Nullable Throwable cause) {
        AbstractHttp11Protocol<?> http = http(request);
        if (cause instanceof IOException) {
            return brokenBody(cause);
        }
        if (http != null && cause != null && HEAD_TOO_LARGE.equals(cause.getMessage())) {
            return "Request line and headers together are longer than " + http.getMaxHttpRequestHeaderSize()
                    + " bytes, the most allowed (server.max-http-request-header-size).";
        }
        if (http != null
                && cause != null
                && HTTP_TEXTS
                        .getString("headers.maxCountFail", Integer.valueOf(http.getMaxHeaderCount()))
                        .equals(cause.getMessage())) {
            return "The request has more than " + http.getMaxHeaderCount() + " header lines, the most allowed.";
        }
        String target = request.getRequestURI();
        if (target == null) {
            return malformedLine(cause);
        }
        String line = cause == null || cause.getMessage() == null ? null : bracketed(cause.getMessage());
        return line == null ? malformedFieldOrPath(request, target) : malformedField(line);
    }

    /** Tomcat discards a line that it cannot read; only the text of its exception still has it, in brackets. */
    private static String malformedLine(@Nullable Throwable cause) {
        String seen = cause == null || cause.getMessage() == null ? null : bracketed(cause.getMessage());
        if (seen == null) {
            return "The request line is not one of HTTP.";
        }
        return seen.startsWith("/") || seen.startsWith("http")
                ? "The request target " + Shown.quoted(seen) + " has a character that must be percent-encoded."
                : "The request line has " + Shown.quoted(seen) + " where HTTP allows no such characters.";
    }

    private static String malformedFieldOrPath(Request request, String target) {
        int hosts = values(request, "Host").size();
        if (hosts != 1 && !"HTTP/1.0".equals(request.getProtocol())) {
            return "The request has " + (hosts == 0 ? "no" : hosts) + " Host header lines; one is required.";
        }
        List<String> lengths = values(request, "Content-Length");
        if (lengths.size() > 1 || lengths.stream().anyMatch(length -> !length.matches("\\d{1,18}"))) {
            return "Content-Length is " + Shown.quoted(String.join(", ", lengths)) + "; one number is required.";
        }
        List<String> codings = values(request, "Transfer-Encoding");
        if (!codings.isEmpty() && "HTTP/1.0".equals(request.getProtocol())) {
            return "Transfer-Encoding is " + Shown.quoted(String.join(", ", codings))
                    + "; HTTP/1.0 has no transfer codings.";
        }
        if (codings.stream().anyMatch(coding -> !coding.equalsIgnoreCase("chunked")) || codings.size() > 1) {
            return "Transfer-Encoding is " + Shown.quoted(String.join(", ", codings))
                    + "; it is required to be chunked, once.";
        }
        String path;
        try {
            path = PercentEncoding.decode(target);
        } catch (GatewayException e) {
            return e.getMessage();
        }
        String shown = "The request target " + Shown.quoted(target);
        if (path.indexOf('\0') >= 0) {
            return shown + " has a null character.";
        }
        if (leadsAboveTheRoot(path)) {
            return shown + " leads above the root.";
        }
        return hosts == 1
                ? shown + " is of another host than Host, which is " + Shown.quoted(request.getHeader("Host")) + "."
                : shown + " is not possible.";
    }

    private static boolean leadsAboveTheRoot(String path) {
        int depth = 0;
        for (String segment : path.split("/+", -1)) {
            if (segment.equals("..")) {
                depth--;
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                depth++;
            }
            if (depth < 0) {
                return true;
            }
        }
        return false;
    }

    private static String brokenBody(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root instanceof EOFException || root.getMessage() == null
                ? "The connection ended before the end of the body."
                : "The body could not be read: " + Shown.quoted(root.getMessage()) + ".";
    }

    /**
     * The line of a field that Tomcat refuses. Where the value has a control character, Tomcat has begun to move the
     * value within its line, so that only the name is as it was sent; one near the end may even be gone.
     */
    private static String malformedField(String line) {
        int colon = line.indexOf(':');
        Matcher control = CONTROL.matcher(line);
        if (colon > 0 && TOKEN.matcher(line.substring(0, colon)).matches() && !control.find()) {
            return "The value of the header field " + Shown.quoted(line.substring(0, colon))
                    + " has a control character, which HTTP does not allow.";
        }
        return colon > 0 && control.find(0) && control.start() > colon
                ? "The value of the header field " + Shown.quoted(line.substring(0, colon)) + " has "
                        + Shown.quoted(control.group()) + ", which HTTP does not allow."
                : "This is no header line of HTTP: " + Shown.quoted(line) + ".";
    }

    /** What Tomcat quotes; it writes a byte that cannot be printed as {@code 0x0d}. */
    private static @Nullable String bracketed(String text) {
        int start = text.indexOf('[');
        int end = text.lastIndexOf(']');
        if (start < 0 || end < start) {
            return null;
        }
        return UNPRINTABLE
                .matcher(text.substring(start + 1, end).strip())
                .replaceAll(
                        found -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
    }

    private static List<String> values(Request request, String field) {
        return new ArrayList<>(Collections.list(request.getHeaders(field)));
    }

    private static @Nullable AbstractHttp11Protocol<?> http(Request request) {
        return request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol<?> http ? http : null;
    }
}
