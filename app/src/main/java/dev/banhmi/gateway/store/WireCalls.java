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
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * GetObject, PutObject and UploadPart over the wire client; throws what the SDK would. What it does not take, the SDK's
 * client has to make. Thread-safe.
 *
 * @param wire makes each try
 * @param places of the buckets
 * @param tries of each call
 */
record WireCalls(BlockingWire wire, WirePlaces places, WireTries tries) {

    private static final Logger log = LoggerFactory.getLogger(WireCalls.class);

    /**
     * GetObject.
     *
     * @param ifMatch the version, or null for whichever is there
     * @param range as in the {@code Range} field, or null
     * @return empty when the call is none for the wire client
     */
    Optional<ResponseInputStream<GetObjectResponse>> get(
            ObjectKey key,
            @Nullable String ifMatch,
            @Nullable String range,
            WireTries.WithSdk<ResponseInputStream<GetObjectResponse>> withSdk) {
        return head(key, place -> RequestHead.ofGet(place.address(), key.key(), ifMatch, range))
                .map(ready -> tries.make(
                        "GetObject",
                        true,
                        until -> {
                            BlockingResponse response = send(ready, null, until);
                            return WireObjects.of(response);
                        },
                        withSdk));
    }

    /**
     * PutObject.
     *
     * @return empty when the call is none for the wire client
     */
    Optional<StoredVersion> put(
            ObjectKey key,
            Payload payload,
            ObjectAttributes attributes,
            WriteCondition condition,
            WireTries.WithSdk<StoredVersion> withSdk) {
        return head(
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
                        until -> {
                            Fields said = write(ready, payload, until);
                            return new StoredVersion(
                                    etag(said), said.first("x-amz-version-id"), said.first("x-amz-checksum-crc32c"));
                        },
                        withSdk));
    }

    /**
     * UploadPart.
     *
     * @return the part's ETag; empty when the call is none for the wire client
     */
    Optional<String> uploadPart(
            MultipartUpload upload, int number, Payload payload, WireTries.WithSdk<String> withSdk) {
        return head(
                        upload.key(),
                        place -> RequestHead.ofPart(
                                place.address(),
                                upload.key().key(),
                                upload.id(),
                                number,
                                payload.length(),
                                payload.crc32c().base64()))
                .map(ready -> tries.make("UploadPart", false, until -> etag(write(ready, payload, until)), withSdk));
    }

    private record Ready(RequestHead head, WirePlaces.Place place) {}

    private interface Head {
        RequestHead at(WirePlaces.Place place);
    }

    private Optional<Ready> head(ObjectKey key, Head head) {
        return places.of(key.bucket()).flatMap(place -> {
            try {
                return Optional.of(new Ready(head.at(place), place));
            } catch (IllegalArgumentException e) {
                // A value that is not sent as it stands. The SDK has its own opinion on each of them.
                return Optional.empty();
            }
        });
    }

    private static List<Field> fields(ObjectAttributes attributes, WriteCondition condition) {
        List<Field> fields = new ArrayList<>();
        add(fields, "content-type", attributes.storedType());
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

    /** No success of a write is believed without one. */
    private static String etag(Fields said) {
        return Objects.requireNonNull(said.first("etag"));
    }

    /** Returns only a success. */
    private BlockingResponse send(Ready ready, @Nullable WireBody body, long until) throws WireException {
        BlockingResponse response;
        try {
            response = wire.send(ready.head(), ready.place().identity(), body, until);
        } catch (WireException e) {
            throw e;
        } catch (IOException e) {
            // What is sent cannot be read; it is in memory.
            throw new UncheckedIOException(e);
        }
        Delivery.noteResponse(WireFailures.head(response));
        boolean isSuccess = response.status() / 100 == 2;
        if (isSuccess && isWhole(response.fields(), body == null)) {
            return response;
        }
        try (response) {
            throw isSuccess
                    ? RetryableException.create("the store's response broke off within its headers")
                    : WireFailures.ofRefusal(response);
        }
    }

    /** As {@link WholeResponseInterceptor} has it. */
    private static boolean isWhole(Fields fields, boolean isRead) {
        String length = fields.first("content-length");
        boolean named = fields.first("etag") != null;
        return isRead ? length != null && (named || length.equals("0")) : named;
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
