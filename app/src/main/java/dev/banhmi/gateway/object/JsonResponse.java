package dev.banhmi.gateway.object;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** A JSON object as the response to a request: first put into bytes, then written, so that only bytes wait for a client. */
final class JsonResponse {

    static final String TYPE = "application/json";

    private static final JsonMapper JSON = new JsonMapper();

    private JsonResponse() {}

    /** Puts an object into bytes and waits for room for them; the object is not needed any longer. */
    static void render(Map<String, Object> object, WaitingBytes.Held bytes) throws IOException {
        HeldOutput sink = new HeldOutput(bytes);
        JSON.writeValue(sink, object);
        sink.finish();
        bytes.awaitClient();
    }

    /** Writes the bytes a piece at a time, so that a deadline is seen between them. */
    static void write(WaitingBytes.Held bytes, HttpServletResponse response) throws IOException {
        response.setContentType(TYPE);
        response.setContentLengthLong(bytes.size());
        for (byte[] piece = bytes.next(); piece != null; piece = bytes.next()) {
            response.getOutputStream().write(piece);
        }
    }
}
