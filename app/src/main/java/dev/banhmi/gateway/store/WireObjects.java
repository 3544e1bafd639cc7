package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BlockingResponse;
import dev.banhmi.gateway.store.wire.Fields;
import dev.banhmi.gateway.store.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.DefaultAwsResponseMetadata;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3ResponseMetadata;
import software.amazon.awssdk.utils.DateUtils;

/** An object off the wire, as the SDK hands one over. */
final class WireObjects {

    private static final String METADATA = "x-amz-meta-";

    /** Of a request, in S3's own log. */
    private static final List<String> IDS = List.of("x-amz-request-id", "x-amz-id-2");

    private WireObjects() {}

    /**
     * The object that a success carries; its stream has the connection.
     *
     * @param showsCharsets whether the name of a charset may have been hidden in the store
     * @throws SdkClientException when a field makes no sense; the response is closed then
     */
    static ResponseInputStream<GetObjectResponse> of(BlockingResponse response, boolean showsCharsets) {
        boolean read = false;
        try {
            GetObjectResponse object = read(response, showsCharsets);
            read = true;
            return new ResponseInputStream<>(object, AbortableInputStream.create(new Body(response), response::close));
        } finally {
            if (!read) {
                response.close();
            }
        }
    }

    private static GetObjectResponse read(BlockingResponse response, boolean showsCharsets) {
        Fields fields = response.fields();
        SdkHttpResponse head = head(response, showsCharsets);
        String length = fields.first("content-length");
        GetObjectResponse.Builder object = GetObjectResponse.builder()
                .contentLength(length == null ? null : Long.valueOf(length))
                .contentRange(fields.first("content-range"))
                .eTag(fields.first("etag"))
                .lastModified(time(fields.first("last-modified")))
                .contentType(head.firstMatchingHeader("content-type").orElse(null))
                .contentDisposition(fields.first("content-disposition"))
                .cacheControl(fields.first("cache-control"))
                .contentEncoding(fields.first("content-encoding"))
                .contentLanguage(fields.first("content-language"))
                .expiresString(fields.first("expires"))
                .metadata(metadata(head))
                .versionId(fields.first("x-amz-version-id"))
                .storageClass(fields.first("x-amz-storage-class"))
                .serverSideEncryption(fields.first("x-amz-server-side-encryption"))
                .checksumType(fields.first("x-amz-checksum-type"));
        object.responseMetadata(S3ResponseMetadata.create(DefaultAwsResponseMetadata.create(ids(fields))));
        object.sdkHttpResponse(head);
        return object.build();
    }

    /** By names as they were sent; one that is there twice is a list, as in any header (RFC 9110, 5.3). */
    private static Map<String, String> metadata(SdkHttpResponse head) {
        Map<String, String> metadata = new HashMap<>();
        head.forEachHeader((name, values) -> {
            if (name.regionMatches(true, 0, METADATA, 0, METADATA.length())) {
                metadata.put(name.substring(METADATA.length()), String.join(",", values));
            }
        });
        return metadata;
    }

    /** What the SDK's class looks for. */
    private static Map<String, String> ids(Fields fields) {
        Map<String, String> ids = new HashMap<>();
        for (String name : IDS) {
            String id = fields.first(name);
            if (id != null) {
                ids.put(name, id);
            }
        }
        return ids;
    }

    private static SdkHttpResponse head(BlockingResponse response, boolean showsCharsets) {
        SdkHttpResponse head = WireFailures.head(response);
        String type = response.fields().first("content-type");
        return type == null || !showsCharsets
                ? head
                : head.copy(copy -> copy.putHeader("content-type", UnknownCharsetInterceptor.show(type)));
    }

    private static @Nullable Instant time(@Nullable String date) {
        try {
            return date == null ? null : DateUtils.parseRfc822Date(date);
        } catch (DateTimeParseException e) {
            throw SdkClientException.create("Unable to parse the Last-Modified of the store's response", e);
        }
    }

    /** The bytes, as a stream. */
    private static final class Body extends InputStream {

        private final BlockingResponse response;

        Body(BlockingResponse response) {
            this.response = response;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int most) throws WireException {
            return most == 0 ? 0 : response.read(ByteBuffer.wrap(to, offset, most));
        }

        /** Keeps the connection only behind the last byte. */
        @Override
        public void close() {
            response.close();
        }
    }
}
