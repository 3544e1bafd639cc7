package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BlockingResponse;
import dev.banhmi.gateway.store.wire.BlockingWire;
import dev.banhmi.gateway.store.wire.Field;
import dev.banhmi.gateway.store.wire.Fields;
import dev.banhmi.gateway.store.wire.RequestHead;
import dev.banhmi.gateway.store.wire.WireBody;
import dev.banhmi.gateway.store.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Over the wire client; what that does not take, and what surprises it, the SDK's clients make. Thread-safe.
 *
 * @param wire makes each try
 * @param places of the buckets
 * @param tries of each call
 * @param clock by which requests are signed
 * @param whole makes the calls that are none for the wire client
 * @param oneTry makes the tries behind a surprise, each with a client that has one
 * @param hidesCharsets whether the store may look up the charset of a content type
 */
record WireCalls(
        BlockingWire wire,
        WirePlaces places,
        WireTries tries,
        StoreClock clock,
        SdkBytes whole,
        SdkBytes oneTry,
        boolean hidesCharsets)
        implements ByteCalls {

    private static final Logger log = LoggerFactory.getLogger(WireCalls.class);

    @Override
    public ResponseInputStream<GetObjectResponse> get(ObjectKey key, @Nullable String ifMatch, @Nullable String range) {
        return ready("GetObject", key, place -> RequestHead.ofGet(place.address(), key.key(), ifMatch, range))
                .map(ready -> tries.make(
                        "GetObject",
                        true,
                        until -> WireObjects.of(send(ready, null, until), hidesCharsets),
                        left -> oneTry.within(left).get(key, ifMatch, range)))
                .orElseGet(() -> whole.get(key, ifMatch, range));
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        return ready(
                        "PutObject",
                        key,
                        place -> RequestHead.ofPut(
                                place.address(),
                                key.key(),
                                payload.length(),
                                payload.crc32c().base64(),
                                fields(attributes, condition)))
                .map(ready -> tries.make(
                        "PutObject",
                        false,
                        until -> version(write(ready, payload, until)),
                        left -> oneTry.within(left).put(key, payload, attributes, condition)))
                .orElseGet(() -> whole.put(key, payload, attributes, condition));
    }

    @Override
    public String uploadPart(MultipartUpload upload, int number, Payload payload) {
        return ready(
                        "UploadPart",
                        upload.key(),
                        place -> RequestHead.ofPart(
                                place.address(),
                                upload.key().key(),
                                upload.id(),
                                number,
                                payload.length(),
                                payload.crc32c().base64()))
                .map(ready -> tries.make(
                        "UploadPart",
                        false,
                        until -> etag(write(ready, payload, until)),
                        left -> oneTry.within(left).uploadPart(upload, number, payload)))
                .orElseGet(() -> whole.uploadPart(upload, number, payload));
    }

    private record Ready(RequestHead head, WirePlaces.Place place) {}

    private interface Head {
        RequestHead at(WirePlaces.Place place);
    }

    /** Empty where the call is left to the SDK. */
    private Optional<Ready> ready(String operation, ObjectKey key, Head head) {
        try {
            Optional<WirePlaces.Place> place = places.of(key.bucket());
            if (place.isEmpty()) {
                tries.fallbacks().count(operation, WireFallbacks.Reason.PLACE);
                return Optional.empty();
            }
            return Optional.of(new Ready(head.at(place.get()).with(id()), place.get()));
        } catch (IllegalArgumentException e) {
            tries.fallbacks().count(operation, WireFallbacks.Reason.VALUE);
            return Optional.empty();
        }
    }

    /** By which a store's log shows that tries are of one call; the SDK's has the same name. */
    private static Field id() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new Field("amz-sdk-invocation-id", new UUID(random.nextLong(), random.nextLong()).toString());
    }

    private List<Field> fields(ObjectAttributes attributes, WriteCondition condition) {
        List<Field> fields = new ArrayList<>();
        String type = attributes.storedType();
        add(fields, "content-type", hidesCharsets ? UnknownCharsetInterceptor.hide(type) : type);
        add(fields, "content-disposition", attributes.contentDisposition());
        add(fields, "cache-control", attributes.cacheControl());
        add(fields, "content-encoding", attributes.contentEncoding());
        add(fields, "content-language", attributes.contentLanguage());
        add(fields, "expires", attributes.expires());
        attributes.metadata().forEach((name, value) -> add(fields, "x-amz-meta-" + name, value));
        add(fields, "if-match", StoreCalls.ifMatch(condition));
        add(fields, "if-none-match", StoreCalls.ifNoneMatch(condition));
        return fields;
    }

    private static void add(List<Field> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.add(new Field(name, value));
        }
    }

    private Fields write(Ready ready, Payload payload, long until) throws WireException {
        try (BlockingResponse response = send(ready, new StreamedBody(payload), until)) {
            readToTheEnd(response);
            return response.fields();
        }
    }

    /** A success has no more to say; that it broke off costs the connection and nothing else. */
    private static void readToTheEnd(BlockingResponse response) {
        ByteBuffer unread = ByteBuffer.allocate(1 << 10);
        try {
            while (response.read(unread.clear()) >= 0) {
                // On to the next.
            }
        } catch (WireException e) {
            log.debug("a response to a write broke off behind its head", e);
        }
    }

    private static StoredVersion version(Fields said) {
        return new StoredVersion(etag(said), said.first("x-amz-version-id"), said.first("x-amz-checksum-crc32c"));
    }

    /** No success of a write is believed without one. */
    private static String etag(Fields said) {
        return Objects.requireNonNull(said.first("etag"));
    }

    /** Makes a try, which is noted unless it throws a {@link WireException}. */
    private BlockingResponse sendNoted(Ready ready, @Nullable WireBody body, long until) throws WireException {
        boolean noted = false;
        try {
            BlockingResponse response = wire.send(ready.head(), ready.place().identity(), body, until);
            noted = true;
            return response;
        } catch (WireException e) {
            noted = true;
            throw e;
        } catch (IOException e) {
            throw SdkClientException.create("Unable to execute HTTP request: " + e.getMessage(), e);
        } finally {
            if (!noted) {
                // Some of it may have been sent.
                Delivery.noteNoResponse();
            }
        }
    }

    /** Returns only a success. */
    private BlockingResponse send(Ready ready, @Nullable WireBody body, long until) throws WireException {
        BlockingResponse response = sendNoted(ready, body, until);
        Delivery.noteResponse(WireFailures.head(response));
        boolean isSuccess = response.status() / 100 == 2;
        if (isSuccess && isWhole(response.fields(), body == null)) {
            return response;
        }
        try (response) {
            if (isSuccess) {
                throw RetryableException.create("the store's response broke off within its headers");
            }
            SdkException refusal = WireFailures.ofRefusal(response, body == null);
            if (refusal instanceof AwsServiceException said && said.isClockSkewException()) {
                clock.setBy(response.fields().first("date"));
            }
            throw refusal;
        }
    }

    /** As {@link WholeResponseInterceptor} has it. */
    private static boolean isWhole(Fields fields, boolean isRead) {
        String length = fields.first("content-length");
        boolean named = fields.first("etag") != null;
        return isRead ? length != null && (named || length.equals("0")) : named;
    }

    @Override
    public void close() {
        // Each of them, whatever another one throws.
        try (whole;
                oneTry) {
            wire.close();
        }
    }

    /** A payload in pieces. */
    private static final class StreamedBody implements WireBody {

        private static final int PIECE = 1 << 16;

        private final long length;
        private final InputStream stream;
        private final byte[] piece;

        StreamedBody(Payload payload) {
            this.length = payload.length();
            this.stream = payload.newStream();
            this.piece = new byte[(int) Math.min(PIECE, length)];
        }

        @Override
        public long length() {
            return length;
        }

        @Override
        public ByteBuffer next() throws IOException {
            return ByteBuffer.wrap(piece, 0, Math.max(0, stream.read(piece)));
        }
    }
}
