package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.digest.Digests;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Buckets;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.Copies;
import dev.banhmi.gateway.transfer.CopyOutcome;
import dev.banhmi.gateway.transfer.CopyOutcome.Copied;
import dev.banhmi.gateway.transfer.CopyOutcome.SourceReplaced;
import dev.banhmi.gateway.transfer.NewObject;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/**
 * PUT with {@code x-amz-copy-source}: the target becomes what the source is, bytes and, unless the request replaces it,
 * all that is kept with them. The target's name is its own.
 */
@Component
final class CopyEndpoint {
    /*
     * The source is looked at, its conditions are judged, and exactly that version is copied; when it was replaced
     * between the two, it is looked at again. So a copy is always one version of its source, with the metadata of that
     * look.
     */

    private final Buckets buckets;
    private final ObjectStore store;
    private final Copies copies;
    private final WriteConditions conditional;
    private final Clock clock;

    CopyEndpoint(Buckets buckets, ObjectStore store, Copies copies, WriteConditions conditional, Clock clock) {
        this.buckets = buckets;
        this.store = store;
        this.copies = copies;
        this.conditional = conditional;
        this.clock = clock;
    }

    /** Whether a PUT is a copy. */
    static boolean isAskedFor(HttpServletRequest request) {
        return request.getHeader(CopyRequest.SOURCE) != null;
    }

    void copy(Bucket bucket, ObjectName name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        Function<String, List<String>> headers = Fields.headers(request);
        WriteEndpoint.refuseWhatWouldBeStoredWrong(headers);
        CopyRequest copy = CopyRequest.of(headers, clock.instant());
        ObjectKey from = buckets.require(copy.bucket()).key(copy.name().value());
        ObjectKey to = bucket.newKey(name.value());
        UserMetadata own = UserMetadata.of(Fields.names(request), headers, clock.instant());
        if (!copy.replacesMetadata()) {
            requireNoMetadata(own);
            requireAnother(from, to);
        }
        requireNoBody(request, headers);
        Preconditions conditions = Preconditions.of(headers, clock.instant());
        for (int look = 1; ; look++) {
            ObjectInfo source = look(from, copy);
            copy.require(source);
            VerifiedBody.requireAllowed(source.size(), bucket.maxObjectSize());
            UserMetadata metadata = copy.replacesMetadata() ? own : UserMetadata.of(source.attributes());
            ObjectAttributes attributes = metadata.attributes(name);
            ObjectInfo current = conditional.headOrNull(to);
            WriteCondition condition = conditional.on(conditions, Method.PUT, to, current);
            NewObject target = new NewObject(to, OptionalLong.of(source.size()), attributes, condition);
            CopyOutcome outcome = copies.copy(from, source, target);
            switch (outcome) {
                case Copied copied -> {
                    response.setStatus(current == null ? HttpServletResponse.SC_CREATED : HttpServletResponse.SC_OK);
                    Receipt.of(bucket.name(), name, copied, attributes.contentType())
                            .writeTo(response);
                    return;
                }
                case SourceReplaced _ -> {
                    if (look == Tries.LOOKS) {
                        throw new GatewayException(
                                ErrorCode.WRITE_CONFLICT,
                                "The source was replaced " + look + " times while it was copied; send the request"
                                        + " again.");
                    }
                }
            }
        }
    }

    private ObjectInfo look(ObjectKey from, CopyRequest copy) {
        try {
            return store.head(from);
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                throw new GatewayException(
                        e.code(),
                        "The source /" + copy.bucket() + "/" + copy.name().encoded() + " does not exist.",
                        e);
            }
            throw e;
        }
    }

    private static void requireNoMetadata(UserMetadata own) {
        String first = own.firstField();
        if (first != null) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    first + " is present, but what is kept with the source is copied; it is replaced with "
                            + CopyRequest.DIRECTIVE + ": REPLACE.");
        }
    }

    private static void requireAnother(ObjectKey from, ObjectKey to) {
        if (from.equals(to)) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The source is the target itself, and nothing would change; its metadata is replaced with "
                            + CopyRequest.DIRECTIVE + ": REPLACE.");
        }
    }

    /** Reads to the end, because a body of unknown length may turn out to be empty. */
    private static void requireNoBody(HttpServletRequest request, Function<String, List<String>> headers)
            throws IOException {
        VerifiedBody body = new VerifiedBody(
                request.getInputStream(), Digests.of(headers), () -> ObjectRequest.trailers(request), Long.MAX_VALUE);
        if (request.getContentLengthLong() > 0 || body.read() >= 0) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "There is a body, but the bytes are those of the source; a copy has none of its own.");
        }
    }
}
