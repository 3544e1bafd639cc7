package dev.banhmi.local.load;

import java.util.Map;

/** What came back, its body aside; header names are in lower case. */
record Response(int status, Map<String, String> headers) {

    Response {
        headers = Map.copyOf(headers);
    }

    boolean closesConnection() {
        return "close".equalsIgnoreCase(headers.get("connection"));
    }
}
