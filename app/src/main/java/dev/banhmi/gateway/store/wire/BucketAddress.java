package dev.banhmi.gateway.store.wire;

/**
 * Where the objects of a bucket are.
 *
 * @param secure whether over TLS
 * @param host name or address, an IPv6 address in brackets; with the bucket in virtual-host style
 * @param port 1 to 65535
 * @param path as it is sent, before the key: empty, or with the bucket in path style; begins with a slash and ends with
 *     none
 */
public record BucketAddress(boolean secure, String host, int port, String path) {

    private static final int PORT_OF_HTTP = 80;
    private static final int PORT_OF_HTTPS = 443;
    private static final int LAST_PORT = 65_535;

    /** Checks what would make another request of it. */
    public BucketAddress {
        if (host.isEmpty() || !Field.isSendable(host) || host.contains("/") || host.contains(" ")) {
            throw new IllegalArgumentException("The host of a bucket is \"" + host + "\".");
        }
        if (port < 1 || port > LAST_PORT) {
            throw new IllegalArgumentException("The port of a bucket is " + port + ", not one of 1 to 65535.");
        }
        boolean ended = path.isEmpty() || (path.startsWith("/") && !path.endsWith("/"));
        if (!ended || !Field.isSendable(path) || path.contains(" ") || path.contains("?")) {
            throw new IllegalArgumentException("The path of a bucket is \"" + path + "\".");
        }
    }

    /** For the {@code Host} field: the port only where it is not the scheme's. */
    String hostField() {
        return port == (secure ? PORT_OF_HTTPS : PORT_OF_HTTP) ? host : host + ":" + port;
    }
}
