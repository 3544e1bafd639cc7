package dev.banhmi.gateway.server;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.apache.tomcat.util.http.parser.Host;

/**
 * The value of a {@code Host} field: {@code uri-host [ ":" port ]} of RFC 9110, section 7.2, with the host of RFC 3986,
 * section 3.2.2. A registered name may have an underscore, which Tomcat refuses and which the names of nginx upstreams
 * and of Swarm services have.
 *
 * @param name as it was sent, an address of IPv6 in its brackets
 * @param port 0 to 65535, if there is one
 */
record HostField(String name, OptionalInt port) {

    private static final String SUB_DELIMS = "!$&'()*+,;=";
    private static final String UNRESERVED_MARKS = "-._~";
    private static final int HIGHEST_PORT = 65_535;

    /**
     * Reads a field's value.
     *
     * @param value not empty
     * @return its parts
     * @throws GatewayException {@link ErrorCode#INVALID_REQUEST} when it is none
     */
    static HostField parse(String value) {
        int colon = value.startsWith("[") ? endOfAddress(value) : endOfName(value);
        return new HostField(
                value.substring(0, colon),
                colon == value.length() ? OptionalInt.empty() : port(value, value.substring(colon + 1)));
    }

    /** Tomcat reads addresses in brackets by the same RFC. */
    private static int endOfAddress(String value) {
        try {
            int colon = Host.parse(value);
            return colon < 0 ? value.length() : colon;
        } catch (IllegalArgumentException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "Host is " + Shown.quoted(value) + ": what stands in brackets is required to be an IPv6 address.",
                    e);
        }
    }

    private static int endOfName(String value) {
        int colon = value.indexOf(':');
        int end = colon < 0 ? value.length() : colon;
        if (end == 0) {
            throw refused(value, "a host is required in front of the port");
        }
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '%') {
                if (i + 2 >= end
                        || !HexFormat.isHexDigit(value.charAt(i + 1))
                        || !HexFormat.isHexDigit(value.charAt(i + 2))) {
                    throw refused(value, "the % at position " + i + " is not followed by two hexadecimal digits");
                }
            } else if (!isLetterOrDigit(c) && SUB_DELIMS.indexOf(c) < 0 && UNRESERVED_MARKS.indexOf(c) < 0) {
                throw refused(value, "the character at position " + i + " is in no registered name of RFC 3986");
            }
        }
        return end;
    }

    private static OptionalInt port(String value, String digits) {
        if (digits.isEmpty()) {
            return OptionalInt.empty();
        }
        if (digits.length() > 9 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refused(value, "the port is required to be a number up to " + HIGHEST_PORT);
        }
        int port = Integer.parseInt(digits);
        if (port > HIGHEST_PORT) {
            throw refused(value, "the port is required to be a number up to " + HIGHEST_PORT);
        }
        return OptionalInt.of(port);
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static GatewayException refused(String value, String why) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, "Host is " + Shown.quoted(value) + ": " + why + ".");
    }
}
