package dev.banhmi.bench;

/**
 * What the contestants of a scenario stand between.
 *
 * @param workshop where they live
 * @param storePort of the store on the loopback address
 * @param storeTls whether the store is reached over TLS
 * @param clientTls whether clients come over TLS
 * @param writes whether objects are sent, not fetched
 */
record Setup(Workshop workshop, int storePort, boolean storeTls, boolean clientTls, boolean writes) {

    String storeScheme() {
        return storeTls ? "https" : "http";
    }

    String storeAddress() {
        return storeScheme() + "://127.0.0.1:" + storePort;
    }
}
