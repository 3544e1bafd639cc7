package dev.banhmi.gateway.store.wire;

/**
 * What a response says before its body.
 *
 * @param status 200 to 599
 * @param isPersistent whether the connection stays open behind it
 * @param fields its header fields
 * @param framing where its body ends
 */
record ResponseHead(int status, boolean isPersistent, Fields fields, Framing framing) {

    boolean isSuccess() {
        return status / 100 == 2;
    }
}
