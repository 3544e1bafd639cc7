package dev.banhmi.gateway.object;

import dev.banhmi.gateway.digest.DigestAlgorithm;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.ByteRange;
import dev.banhmi.gateway.http.EntityTag;
import dev.banhmi.gateway.http.HttpDate;
import dev.banhmi.gateway.http.MultipartByteRanges;
import dev.banhmi.gateway.http.Preconditions.Version;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The headers with which an object is returned: what was kept with it, its version, and the checksums that the store
 * keeps.
 */
final class ObjectHeaders {

    private ObjectHeaders() {}

    static void write(ObjectInfo info, HttpServletResponse response) {
        ObjectAttributes attributes = info.attributes();
        response.setHeader("Accept-Ranges", "bytes");
        response.setHeader("ETag", info.etag());
        response.setHeader("Last-Modified", HttpDate.format(info.lastModified()));
        set(response, "Content-Disposition", attributes.contentDisposition());
        set(response, "Cache-Control", attributes.cacheControl());
        set(response, "Content-Encoding", attributes.contentEncoding());
        set(response, "Content-Language", attributes.contentLanguage());
        set(response, "Expires", attributes.expires());
        UserMetadata.shown(attributes.metadata()).forEach(response::setHeader);
        info.checksums().forEach((algorithm, value) -> response.setHeader(DigestAlgorithm.s3Field(algorithm), value));
    }

    /** The version that the conditions of a request are compared with. */
    static Version version(ObjectInfo info) {
        return new Version(EntityTag.ofStore(info.etag()), info.lastModified());
    }

    static String contentType(ObjectInfo info) {
        return info.attributes().storedType();
    }

    private static void set(HttpServletResponse response, String name, @Nullable String value) {
        if (value != null) {
            response.setHeader(name, value);
        }
    }

    /**
     * What several ranges of an object are sent in.
     *
     * @throws GatewayException {@code STORE_FAULT} when no header can have its type
     */
    static MultipartByteRanges frame(ObjectInfo info, List<ByteRange> ranges) {
        try {
            return new MultipartByteRanges(
                    UUID.randomUUID().toString().replace("-", ""), contentType(info), info.size(), ranges);
        } catch (IllegalArgumentException e) {
            // The ranges are of this object, so its type is what the store cannot mean.
            throw new GatewayException(ErrorCode.STORE_FAULT, "The object's content type makes no sense.", e);
        }
    }
}
