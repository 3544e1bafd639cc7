package dev.banhmi.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLSocketFactory;

/** Carries out a series of downloads over TLS. Every byte is decrypted, because nothing else can find the end of a record. */
final class TlsDownloads {

    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int BUFFER = 64 << 10;

    private TlsDownloads() {}

    static Tally run(Order order) throws IOException {
        Request request = order.request();
        if (order.kind() != Order.Kind.SERIES || request.isPut()) {
            throw new IOException("over TLS there is only a series of downloads, not " + order);
        }
        Latencies latencies = new Latencies();
        byte[] buffer = new byte[BUFFER];
        long start = System.nanoTime();
        try (Socket socket =
                SSLSocketFactory.getDefault().createSocket(InetAddress.getLoopbackAddress(), request.port())) {
            socket.setSoTimeout(TIMEOUT_MILLIS);
            for (long i = 0; i < order.amount(); i++) {
                long begun = System.nanoTime();
                socket.getOutputStream().write(request.head());
                latencies.add(read(socket.getInputStream(), request, buffer) - begun);
            }
        }
        return new Tally(
                order.amount(),
                order.amount() * request.length(),
                Duration.ofNanos(System.nanoTime() - start),
                latencies.percentile(0.5),
                latencies.percentile(0.99));
    }

    /** Reads one response; the time of its first byte. */
    private static long read(InputStream in, Request request, byte[] buffer) throws IOException {
        int count = 0;
        long firstByte = 0;
        while (!ResponseHead.isWhole(buffer, count)) {
            int got = in.read(buffer, count, buffer.length - count);
            if (got <= 0) {
                throw new EOFException("the connection ended inside a head, or the head has no end");
            }
            firstByte = count == 0 ? System.nanoTime() : firstByte;
            count += got;
        }
        ResponseHead head = ResponseHead.parse(buffer, count);
        if (!request.succeededWith(head.status()) || head.length() != request.length()) {
            throw new IOException("not the response that was expected: " + head);
        }
        for (long left = head.length() - (count - head.bytes()); left > 0; ) {
            int got = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (got < 0) {
                throw new EOFException("the connection ended inside a body");
            }
            left -= got;
        }
        return firstByte;
    }
}
