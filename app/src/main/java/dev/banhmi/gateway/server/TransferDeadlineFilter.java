package dev.banhmi.gateway.server;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.lifecycle.TransferEnd;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.transfer.TransferProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Ends a transfer that exceeds the longest duration allowed, because load balancer and shutdown wait for the longest
 * one, and every transfer when a shutdown has waited for long enough. It ends when it next moves a byte, at the latest
 * after the connector's limit for silence.
 */
@Component
final class TransferDeadlineFilter extends OncePerRequestFilter implements Ordered {
    /*
     * An upload whose last byte has arrived is never ended: what remains is the store's work, which has limits of its
     * own, and cutting it would leave its outcome unknown.
     *
     * The response to anything but GET says what became of a write, so it begins at any time; one that is longer than
     * the connector's buffer (deletion of many) is a transfer like others once it has begun.
     *
     * A request is ended once; what is sent or read after that is the refusal and the discarded rest of the body.
     */

    private final Duration longest;
    private final BooleanSupplier shutdownEnds;

    @Autowired
    TransferDeadlineFilter(TransferProperties properties, TransferEnd transferEnd) {
        this(properties.maxRequestDuration(), transferEnd::isReached);
    }

    TransferDeadlineFilter(Duration longest, BooleanSupplier shutdownEnds) {
        this.longest = longest;
        this.shutdownEnds = shutdownEnds;
    }

    @Override
    public int getOrder() {
        return FilterOrder.TRANSFER_DEADLINE.order();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Deadline deadline = new Deadline(longest, shutdownEnds);
        chain.doFilter(new LimitedRequest(request, deadline), new LimitedResponse(request, response, deadline));
    }

    /** Not thread-safe: a request and its response belong to one thread at a time. */
    private static final class Deadline {

        private final Duration longest;
        private final BooleanSupplier shutdownEnds;
        private final long end;
        private boolean ended;

        Deadline(Duration longest, BooleanSupplier shutdownEnds) {
            this.longest = longest;
            this.shutdownEnds = shutdownEnds;
            this.end = System.nanoTime() + longest.toNanos();
        }

        void check() {
            checkShutdown(null);
            if (!ended && System.nanoTime() - end > 0) {
                ended = true;
                throw new GatewayException(
                        ErrorCode.TRANSFER_TOO_LONG,
                        "The transfer was not finished after " + longest.toSeconds() + " s, the longest allowed.");
            }
        }

        /** A body that broke off since then was ended by the gateway itself. */
        void checkShutdown(@Nullable IOException brokeOff) {
            if (!ended && shutdownEnds.getAsBoolean()) {
                ended = true;
                throw new GatewayException(
                        ErrorCode.SHUTTING_DOWN, "The gateway is shutting down; the transfer was ended.", brokeOff);
            }
        }
    }

    private static final class LimitedRequest extends HttpServletRequestWrapper {

        private final Deadline deadline;
        private @Nullable ServletInputStream body;

        LimitedRequest(HttpServletRequest request, Deadline deadline) {
            super(request);
            this.deadline = deadline;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            if (body == null) {
                body = new LimitedInput((HttpServletRequest) getRequest(), deadline);
            }
            return body;
        }
    }

    private static final class LimitedResponse extends HttpServletResponseWrapper {

        private final HttpServletRequest request;
        private final Deadline deadline;
        private final boolean isDownload;
        private @Nullable ServletOutputStream body;

        LimitedResponse(HttpServletRequest request, HttpServletResponse response, Deadline deadline) {
            super(response);
            this.request = request;
            this.deadline = deadline;
            this.isDownload = request.getMethod().equals("GET");
        }

        @Override
        public ServletOutputStream getOutputStream() throws IOException {
            if (body == null) {
                body = new LimitedOutput(request, (HttpServletResponse) getResponse(), deadline, isDownload);
            }
            return body;
        }
    }

    private static final class LimitedInput extends ServletInputStream {

        private final HttpServletRequest request;
        private final ServletInputStream input;
        private final Deadline deadline;
        private long announced;

        LimitedInput(HttpServletRequest request, Deadline deadline) throws IOException {
            this.request = request;
            this.input = request.getInputStream();
            this.announced = request.getContentLengthLong();
            this.deadline = deadline;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            try {
                return readOrEnd(target, offset, length);
            } catch (GatewayException e) {
                if (e.code() == ErrorCode.SHUTTING_DOWN) {
                    FailureLog.cutBody(request);
                    if (e.getCause() != null) {
                        // Tomcat has blamed the client for the end already, and says this instead.
                        request.setAttribute(RequestDispatcher.ERROR_EXCEPTION, e);
                    }
                }
                throw e;
            }
        }

        private int readOrEnd(byte[] target, int offset, int length) throws IOException {
            int count;
            try {
                count = input.read(target, offset, length);
            } catch (IOException e) {
                deadline.checkShutdown(e);
                throw e;
            }
            if (count > 0) {
                announced -= count;
                deadline.check();
            } else if (count < 0 && announced > 0) {
                // Tomcat reports the end of the connection as that of the body when its length was announced.
                deadline.checkShutdown(null);
            }
            return count;
        }

        @Override
        public boolean isFinished() {
            return input.isFinished();
        }

        @Override
        public boolean isReady() {
            return input.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            input.setReadListener(listener);
        }

        @Override
        public int available() throws IOException {
            return input.available();
        }

        @Override
        public void close() throws IOException {
            input.close();
        }
    }

    private static final class LimitedOutput extends ServletOutputStream {

        private final HttpServletRequest request;
        private final HttpServletResponse response;
        private final ServletOutputStream output;
        private final Deadline deadline;
        private final boolean isDownload;

        LimitedOutput(HttpServletRequest request, HttpServletResponse response, Deadline deadline, boolean isDownload)
                throws IOException {
            this.request = request;
            this.response = response;
            this.output = response.getOutputStream();
            this.deadline = deadline;
            this.isDownload = isDownload;
        }

        @Override
        public void write(int one) throws IOException {
            check();
            output.write(one);
        }

        @Override
        public void write(byte[] source, int offset, int length) throws IOException {
            check();
            output.write(source, offset, length);
        }

        private void check() {
            if (isDownload || response.isCommitted()) {
                deadline.check();
            }
            ResponseHead.requireRoom(request, response);
        }

        @Override
        public boolean isReady() {
            return output.isReady();
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            output.setWriteListener(listener);
        }

        @Override
        public void flush() throws IOException {
            output.flush();
        }

        @Override
        public void close() throws IOException {
            output.close();
        }
    }
}
