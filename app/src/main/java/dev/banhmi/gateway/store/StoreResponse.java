package dev.banhmi.gateway.store;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The store's response itself, to be shown or logged.
 *
 * @param requestId the store's own id of the call, empty when it gave none
 * @param status HTTP status
 * @param headers HTTP headers, names in lower case, several values joined by a comma
 * @param retries how often the call was retried before this response
 */
public record StoreResponse(String requestId, int status, Map<String, String> headers, int retries) {

    /** Copies the headers, in their order. */
    public StoreResponse {
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }
}
