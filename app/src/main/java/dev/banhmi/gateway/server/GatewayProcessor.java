package dev.banhmi.gateway.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.RefusedHeads;
import dev.banhmi.gateway.observe.RequestId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.apache.coyote.Adapter;
import org.apache.coyote.ErrorState;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.buf.ByteChunk;
import org.apache.tomcat.util.buf.MessageBytes;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/** Tomcat's processor of requests, which says in which phase its connection is and reads {@code Host} by RFC 3986. */
final class GatewayProcessor extends Http11Processor {

    private final int roomForHeads;
    private final AllowedOrigins allowedOrigins;
    private final ClientConnections connections;
    private @Nullable ClientConnection connection;

    GatewayProcessor(GatewayProtocol protocol, Adapter adapter, ClientConnections connections) {
        super(protocol, adapter);
        this.roomForHeads = protocol.getMaxHttpResponseHeaderSize();
        this.allowedOrigins = protocol.allowedOrigins();
        this.connections = connections;
    }

    @Override
    public SocketState process(SocketWrapperBase<?> wrapper, SocketEvent event) throws IOException {
        ClientConnection watched = connections.of(wrapper);
        if (watched == null) {
            return super.process(wrapper, event);
        }
        watched.handlesEvent();
        connection = watched;
        SocketState state;
        try {
            state = super.process(wrapper, event);
            if (!isAsync() && getErrorState().isIoAllowed()) {
                watched.end().isWhole();
            }
            if (state == SocketState.UPGRADING && getUpgradeToken() == null) {
                state = refuseHttp2(wrapper);
            }
        } finally {
            // Tomcat uses this processor for other connections.
            connection = null;
        }
        if (state == SocketState.OPEN) {
            watched.awaitsMore();
        } else if (state == SocketState.LONG && event == SocketEvent.OPEN_READ && !isAsync()) {
            watched.awaitsRestOfHead();
        }
        return state;
    }

    /** The preface of HTTP/2, which Tomcat takes from clients that assume it, has nobody to go to. */
    private static SocketState refuseHttp2(SocketWrapperBase<?> wrapper) throws IOException {
        String id = RequestId.create();
        byte[] refusal = Refusals.http2(id);
        wrapper.write(true, refusal, 0, refusal.length);
        wrapper.flush(true);
        RefusedHeads.log(id, ErrorCode.INVALID_REQUEST, 0);
        return SocketState.CLOSED;
    }

    /** Called once for each request, when its headers are complete and before anything is served. */
    @Override
    protected void parseHost(@Nullable MessageBytes value) {
        request.setAttribute(ResponseHead.ROOM, roomForHeads);
        allowedOrigins.follow(request);
        if (connection != null) {
            connection.serves(request);
            request.setAttribute(ClientConnection.ATTRIBUTE, connection);
        }
        if (!getErrorState().isError()
                && (request.protocol().isNull() || request.protocol().toString().isEmpty())) {
            // HTTP/0.9, which has neither Host nor status: whoever sends a line of it is no client of today.
            response.setStatus(HttpServletResponse.SC_HTTP_VERSION_NOT_SUPPORTED);
            setErrorState(ErrorState.CLOSE_CLEAN, null);
            return;
        }
        if (!getErrorState().isError() && hasOtherCodings()) {
            response.setStatus(HttpServletResponse.SC_BAD_REQUEST);
            setErrorState(ErrorState.CLOSE_CLEAN, null);
            return;
        }
        if (value == null || value.isNull() || value.getLength() == 0) {
            super.parseHost(value);
            return;
        }
        ByteChunk bytes = value.getByteChunk();
        try {
            HostField host =
                    HostField.parse(new String(bytes.getBytes(), bytes.getStart(), bytes.getLength(), ISO_8859_1));
            request.serverName().setString(host.name());
            host.port().ifPresent(request::setServerPort);
        } catch (GatewayException e) {
            response.setStatus(e.code().status());
            setErrorState(ErrorState.CLOSE_CLEAN, e);
        }
    }

    /**
     * Whether {@code Transfer-Encoding} is anything but {@code chunked}, byte for byte. Tomcat also takes one that is
     * folded over two lines, which others in front of the gateway may read as none.
     */
    private boolean hasOtherCodings() {
        for (String coding : Collections.list(request.getMimeHeaders().values("Transfer-Encoding"))) {
            if (!coding.equalsIgnoreCase("chunked")) {
                return true;
            }
        }
        return false;
    }
}
