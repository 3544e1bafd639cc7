package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.access.LegacyVerb;
import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.access.Route.LegacyIncomplete;
import dev.banhmi.gateway.access.Route.LegacyNamed;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.Download;
import dev.banhmi.gateway.transfer.Downloads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Download, status and delete of the 2018 API. */
@RestController
final class FileController {

    private final Buckets buckets;
    private final ObjectStore store;
    private final Downloads downloads;

    FileController(Buckets buckets, ObjectStore store, Downloads downloads) {
        this.buckets = buckets;
        this.store = store;
        this.downloads = downloads;
    }

    /** Always 206, chunked and without the object's own type, ranges ignored: what the clients of 2018 expect. */
    @GetMapping("/file/download")
    void download(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<ObjectKey> key = keyOf(LegacyVerb.DOWNLOAD, request);
        if (key.isEmpty()) {
            wrongParameters(request).writeTo(response);
            return;
        }
        try (Download download = downloads.open(key.get())) {
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setContentType("application/octet-stream");
            response.flushBuffer();
            download.writeTo(response.getOutputStream());
        }
    }

    @GetMapping("/file/status")
    void status(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<ObjectKey> key = keyOf(LegacyVerb.STATUS, request);
        LegacyResponse result = key.isEmpty()
                ? wrongParameters(request)
                : LegacyResponse.success(HeadObjectJson.withoutTime(store.head(key.get())));
        result.writeTo(response);
    }

    @DeleteMapping("/file/delete")
    void delete(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Optional<ObjectKey> key = keyOf(LegacyVerb.DELETE, request);
        if (key.isEmpty()) {
            wrongParameters(request).writeTo(response);
            return;
        }
        store.delete(key.get(), new WriteCondition.Always());
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    /** The object that the rules have judged; empty where the query names none. */
    private Optional<ObjectKey> keyOf(LegacyVerb verb, HttpServletRequest request) {
        return switch (Route.of(request)) {
            case LegacyNamed(LegacyVerb named, String bucket, String key)
            when named == verb -> Optional.of(buckets.require(bucket).key(key));
            case LegacyIncomplete(LegacyVerb named, GatewayException reason)
            when named == verb -> {
                if (reason != null) {
                    throw reason;
                }
                yield Optional.empty();
            }
            case Route other -> throw new IllegalStateException(verb + " was reached by another route: " + other);
        };
    }

    private static LegacyResponse wrongParameters(HttpServletRequest request) {
        FailureLog.remember(request, ErrorCode.INVALID_REQUEST);
        return new LegacyResponse(
                ErrorCode.RESOURCE_NOT_FOUND.status(),
                LegacyResponse.ordered("status", "fail", "msg", "Wrong query parameters, bucket and key is mandatory"));
    }
}
