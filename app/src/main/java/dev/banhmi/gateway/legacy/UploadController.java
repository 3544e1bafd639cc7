package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.NewObject;
import dev.banhmi.gateway.transfer.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * Upload of the 2018 API. An object is not overwritten: a look before the body spares a client from sending in vain, and
 * the store's own condition decides, as far as the store keeps to it.
 */
@RestController
final class UploadController {

    private static final JsonMapper JSON = new JsonMapper();

    private final Buckets buckets;
    private final ObjectStore store;
    private final Uploads uploads;
    private final ConditionalWrites conditionalWrites;

    UploadController(Buckets buckets, ObjectStore store, Uploads uploads, ConditionalWrites conditionalWrites) {
        this.buckets = buckets;
        this.store = store;
        this.uploads = uploads;
        this.conditionalWrites = conditionalWrites;
    }

    @PostMapping("/file/upload")
    void upload(HttpServletRequest request, HttpServletResponse response) throws IOException {
        InputStream body = request.getInputStream();
        LegacyResponse result = receive(request, body);
        if (response.isCommitted()) {
            // The body broke off, and Tomcat has already responded with 400.
            return;
        }
        result.writeTo(response);
        if (result.status() != HttpServletResponse.SC_OK) {
            Linger.after(request, response);
        }
    }

    private LegacyResponse receive(HttpServletRequest request, InputStream body) {
        try {
            MultipartMixed parts = MultipartMixed.open(request.getContentType(), body);
            UploadMetadata metadata = parts.metadata();
            Bucket bucket = buckets.require(metadata.bucket());
            requireAllowed(metadata.size(), bucket.maxObjectSize());
            ObjectKey key = bucket.newKey(metadata.key());
            Optional<LegacyResponse> conflict = conflict(key);
            return conflict.isPresent() ? conflict.get() : store(key, metadata, parts);
        } catch (GatewayException e) {
            return refusal(request, e);
        } catch (IOException e) {
            return refusal(
                    request,
                    new GatewayException(
                            ErrorCode.CONTENT_MISMATCH, "The body broke off before its end; nothing was stored.", e));
        }
    }

    /** More bytes than announced are refused as such, so the announcement is all there is to check. */
    private static void requireAllowed(long size, long most) {
        if (size > most) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE, "The file has " + size + " bytes; this bucket allows at most " + most + ".");
        }
    }

    private LegacyResponse store(ObjectKey key, UploadMetadata metadata, MultipartMixed parts) {
        // Its clients of 2018 know no refusal for what a store lacks, so they go on.
        conditionalWrites.warnOfCreation(key.bucket());
        NewObject upload = new NewObject(
                key,
                OptionalLong.of(metadata.size()),
                ObjectAttributes.ofType("application/octet-stream"),
                new WriteCondition.IfAbsent());
        try {
            StoredVersion version = uploads.upload(upload, parts.file(metadata)).version();
            return LegacyResponse.success(
                    LegacyResponse.ordered("Bucket", key.bucket(), "Key", key.key(), "ETag", version.etag()));
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED || e.code() == ErrorCode.WRITE_CONFLICT) {
                return conflict(key).orElseThrow(() -> e);
            }
            throw e;
        }
    }

    private Optional<LegacyResponse> conflict(ObjectKey key) {
        try {
            ObjectInfo existing = store.head(key);
            return Optional.of(new LegacyResponse(
                    409,
                    LegacyResponse.ordered(
                            "status", "error",
                            "msg", "Object already exist in the bucket",
                            "aws_response", JSON.writeValueAsString(HeadObjectJson.withTime(existing)))));
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static LegacyResponse refusal(HttpServletRequest request, GatewayException failure) {
        LegacyResponse response = refusal(failure);
        FailureLog.told(request, failure, response.status());
        return response;
    }

    private static LegacyResponse refusal(GatewayException failure) {
        return switch (failure.code()) {
            case BUCKET_NOT_FOUND, STORE_BUCKET_MISSING -> LegacyResponse.error(400, LegacyErrors.NO_BUCKET);
            case PRECONDITION_FAILED -> LegacyResponse.error(409, failure.getMessage());
            default -> LegacyErrors.responseOf(failure);
        };
    }
}
