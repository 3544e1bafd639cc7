package dev.banhmi.local.load;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/** What is sent; {@code headers} are whole lines, Host and Content-Length aside. */
record Request(String method, String target, List<String> headers, long length, Body body) {

    /** Writes exactly {@code length} bytes; may be called again for a second try. */
    @FunctionalInterface
    interface Body {
        void writeTo(OutputStream out) throws IOException, InterruptedException;
    }

    /** Takes the body of the response as it arrives. */
    @FunctionalInterface
    interface Sink {
        void accept(byte[] bytes, int count) throws IOException, InterruptedException;
    }

    Request {
        headers = List.copyOf(headers);
    }

    static Request of(String method, String target) {
        return new Request(method, target, List.of(), 0, out -> {});
    }

    /** Whether a client may send it again without being asked to (RFC 9110, 9.2.2). */
    boolean isIdempotent() {
        return !method.equals("POST");
    }
}
