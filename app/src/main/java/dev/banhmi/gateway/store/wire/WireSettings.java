package dev.banhmi.gateway.store.wire;

import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * How connections to the store are made and kept.
 *
 * @param mostConnections the most at once, at least 1
 * @param connectTimeout for a connection to be made, and as long again for TLS
 * @param silence the longest on a connection on which something is awaited, and the longest wait for a free one
 * @param longestIdle how long nobody needs a connection that is kept
 * @param longestLife how old a connection can be that is used again
 * @param tls what certificates are trusted
 */
public record WireSettings(
        int mostConnections,
        Duration connectTimeout,
        Duration silence,
        Duration longestIdle,
        Duration longestLife,
        SSLContext tls) {

    /** Checks what would hang. */
    public WireSettings {
        if (mostConnections < 1) {
            throw new IllegalArgumentException("The most connections are " + mostConnections + ", not 1 or more.");
        }
        checkPositive("connectTimeout", connectTimeout);
        checkPositive("silence", silence);
        checkPositive("longestIdle", longestIdle);
        checkPositive("longestLife", longestLife);
    }

    private static void checkPositive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + ", not above zero.");
        }
    }
}
