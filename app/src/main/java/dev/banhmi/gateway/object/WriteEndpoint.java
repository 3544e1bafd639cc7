package dev.banhmi.gateway.object;

import dev.banhmi.gateway.digest.Digests;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.NewObject;
import dev.banhmi.gateway.transfer.Uploads;
import dev.banhmi.gateway.transfer.WrittenObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * PUT and DELETE of one object. Everything that can be refused without the body is refused before its first byte is
 * read, so that a client that waits for {@code 100 Continue} never sends in vain.
 */
@Component
final class WriteEndpoint {

    private static final Logger log = LoggerFactory.getLogger(WriteEndpoint.class);

    /** How long a response waits for a look that only describes what was written, or what was there. */
    private static final Duration LOOK = Duration.ofSeconds(15);

    private final ObjectStore store;
    private final Uploads uploads;
    private final WriteConditions conditional;
    private final Clock clock;
    private final Duration longestLook;

    @Autowired
    WriteEndpoint(ObjectStore store, Uploads uploads, WriteConditions conditional, Clock clock) {
        this(store, uploads, conditional, clock, LOOK);
    }

    WriteEndpoint(ObjectStore store, Uploads uploads, WriteConditions conditional, Clock clock, Duration longestLook) {
        this.store = store;
        this.uploads = uploads;
        this.conditional = conditional;
        this.clock = clock;
        this.longestLook = longestLook;
    }

    void put(Bucket bucket, ObjectName name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Function<String, List<String>> headers = Fields.headers(request);
        refuseWhatWouldBeStoredWrong(headers);
        UserMetadata metadata = UserMetadata.of(Fields.names(request), headers, clock.instant());
        Digests digests = Digests.of(headers);
        long announced = request.getContentLengthLong();
        VerifiedBody.requireAllowed(announced, bucket.maxObjectSize());
        ObjectKey key = bucket.newKey(name.value());
        ObjectAttributes attributes = metadata.attributes(name);

        Preconditions conditions = Preconditions.of(headers, clock.instant());
        Look<Boolean> existed;
        WriteCondition condition = new WriteCondition.Always();
        if (conditions.guardsWrites()) {
            ObjectInfo current = conditional.headOrNull(key);
            existed = Look.made(current != null);
            condition = conditional.on(conditions, Method.PUT, key, current);
        } else {
            // Only for 201 or 200, so it need not hold up the body; a look that fails or is late counts as no object.
            existed = Look.begin(() -> conditional.headOrNull(key) != null, longestLook);
        }
        try (existed) {
            VerifiedBody body = new VerifiedBody(
                    request.getInputStream(), digests, () -> trailersAfter(existed, request), bucket.maxObjectSize());
            OptionalLong length = announced < 0 ? OptionalLong.empty() : OptionalLong.of(announced);
            WrittenObject uploaded = uploads.upload(new NewObject(key, length, attributes, condition), body);
            Receipt receipt =
                    Receipt.of(bucket.name(), name, uploaded, attributes.contentType(), lookAtWritten(key, uploaded));
            response.setStatus(existed.shownOr(false) ? HttpServletResponse.SC_OK : HttpServletResponse.SC_CREATED);
            receipt.writeTo(response);
        }
    }

    void delete(ObjectKey key, HttpServletRequest request, HttpServletResponse response) {
        Preconditions conditions = Preconditions.of(Fields.headers(request), clock.instant());
        WriteCondition condition = new WriteCondition.Always();
        if (conditions.guardsWrites()) {
            condition = conditional.on(conditions, Method.DELETE, key, conditional.headOrNull(key));
        }
        // There is nothing to delete where the condition allows no object to be.
        if (!(condition instanceof WriteCondition.IfAbsent)) {
            store.delete(key, condition);
        }
        response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    }

    static void refuseWhatWouldBeStoredWrong(Function<String, List<String>> headers) {
        if (!headers.apply("Content-Range").isEmpty()) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "Content-Range is present; PUT writes whole objects, a part of one cannot be replaced.");
        }
        for (String encoding : headers.apply("Content-Encoding")) {
            if (encoding.toLowerCase(Locale.ROOT).contains("aws-chunked")) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "Content-Encoding is aws-chunked, the framing of S3's own clients; plain bytes are required"
                                + " here.");
            }
        }
    }

    /**
     * The object is written, even if it cannot be looked at now or has already been replaced. But what a look shows
     * must be what was sent.
     */
    private @Nullable ObjectInfo lookAtWritten(ObjectKey key, WrittenObject uploaded) {
        ObjectInfo written = lookAt(key, uploaded.version().etag());
        if (written != null && written.size() != uploaded.size()) {
            throw removed(key, uploaded, written.size());
        }
        return written;
    }

    private @Nullable ObjectInfo lookAt(ObjectKey key, String etag) {
        try (Look<ObjectInfo> look = Look.begin(() -> store.headVersion(key, etag), longestLook)) {
            return look.shown();
        } catch (TimeoutException e) {
            log.info("{} was written, but could not be looked at within {} s", key, longestLook.toSeconds());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.info("{} was written, but could not be looked at: the gateway is shutting down", key);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GatewayException failure) {
                log.info("{} was written, but could not be looked at: {}", key, failure.getMessage());
            } else {
                log.warn("{} was written, but could not be looked at", key, e.getCause());
            }
        }
        return null;
    }

    /** Nobody may read what is not what was sent. */
    private GatewayException removed(ObjectKey key, WrittenObject uploaded, long held) {
        String what = "The store was sent " + uploaded.size() + " bytes and holds " + held;
        try {
            store.delete(key, new WriteCondition.IfMatch(uploaded.version().etag()));
        } catch (RuntimeException e) {
            boolean isUnknown = e instanceof GatewayException known && known.code() == ErrorCode.OUTCOME_UNKNOWN;
            String left = isUnknown ? "it is not known whether it was" : "it could not be";
            return new GatewayException(ErrorCode.STORE_FAULT, what + "; " + left + " removed.", e);
        }
        return new GatewayException(ErrorCode.STORE_FAULT, what + "; the object was removed.");
    }

    /** The look at what was there ends before the body does, or it would see what the body became. */
    private static Function<String, List<String>> trailersAfter(Look<Boolean> existed, HttpServletRequest request) {
        existed.shownOr(false);
        return ObjectRequest.trailers(request);
    }
}
