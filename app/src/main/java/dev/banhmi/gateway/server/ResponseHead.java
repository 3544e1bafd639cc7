package dev.banhmi.gateway.server;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * How long the head of a response is. Tomcat notices that it has no room for one when nothing can be said any more: its
 * filters have the length of the body that was meant, and its own refusal has no field of ours.
 */
final class ResponseHead {

    /** The attribute of a request that holds how many bytes the head of its response may have. */
    static final String ROOM = ResponseHead.class.getName();

    /** More than Tomcat adds by itself: the status line, Content-Length, Date, Connection. */
    private static final int OF_TOMCAT = 256;

    private ResponseHead() {}

    /**
     * Checks a response that is complete but for its body.
     *
     * @throws GatewayException {@link ErrorCode#INTERNAL} when Tomcat could not write its head
     */
    static void requireRoom(ServletRequest request, HttpServletResponse response) {
        if (response.isCommitted() || !(request.getAttribute(ROOM) instanceof Integer room)) {
            return;
        }
        long size = OF_TOMCAT;
        for (String name : response.getHeaderNames()) {
            for (String value : response.getHeaders(name)) {
                size += name.length() + value.length() + ": \r\n".length();
            }
        }
        String type = response.getContentType();
        size += type == null ? 0 : type.length();
        if (size > room) {
            throw new GatewayException(
                    ErrorCode.INTERNAL,
                    "The header fields of the response have " + size + " bytes; there is room for " + room
                            + " (server.tomcat.max-http-response-header-size).");
        }
    }
}
