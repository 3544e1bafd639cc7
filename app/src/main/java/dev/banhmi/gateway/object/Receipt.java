package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.transfer.CopyOutcome.Copied;
import dev.banhmi.gateway.transfer.WrittenObject;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The response to a PUT: what is stored now, with the checksum of the bytes as they arrived, or of a copy as the store
 * knows it.
 *
 * @param crc32c Base64; null when the store reports none of a copy
 * @param verifiedByStore whether the store itself reports this checksum, and not only the size and version
 */
record Receipt(
        String bucket,
        String name,
        long size,
        String etag,
        @Nullable String crc32c,
        boolean verifiedByStore,
        @Nullable String contentType,
        @Nullable String lastModified) {

    private static final JsonMapper JSON = new JsonMapper();

    /** From the upload, and from a look at the written version if there was one. */
    static Receipt of(
            String bucket,
            ObjectName name,
            WrittenObject uploaded,
            @Nullable String announcedType,
            @Nullable ObjectInfo written) {
        boolean verified = uploaded.crc32c().isReportedAs(uploaded.version().reportedCrc32c())
                || (written != null && uploaded.crc32c().isReportedAs(written.reportedCrc32c()));
        return new Receipt(
                bucket,
                name.value(),
                uploaded.size(),
                uploaded.version().etag(),
                uploaded.crc32c().base64(),
                verified,
                written == null ? announcedType : written.attributes().contentType(),
                written == null ? null : written.lastModified().toString());
    }

    /** From a copy. */
    static Receipt of(String bucket, ObjectName name, Copied copied, @Nullable String kept) {
        ObjectInfo written = copied.written();
        return new Receipt(
                bucket,
                name.value(),
                copied.size(),
                copied.version().etag(),
                copied.crc32c(),
                copied.verifiedByStore(),
                written == null ? kept : written.attributes().contentType(),
                written == null ? null : written.lastModified().toString());
    }

    void writeTo(HttpServletResponse response) throws IOException {
        Map<String, Object> checksum = new LinkedHashMap<>();
        checksum.put("algorithm", "crc32c");
        checksum.put("value", crc32c);
        checksum.put("verifiedByStore", verifiedByStore);
        Map<String, Object> receipt = new LinkedHashMap<>();
        receipt.put("bucket", bucket);
        receipt.put("name", name);
        receipt.put("size", size);
        receipt.put("etag", etag);
        receipt.put("checksum", crc32c == null ? null : checksum);
        receipt.put("contentType", contentType);
        receipt.put("lastModified", lastModified);
        byte[] json = JSON.writeValueAsBytes(receipt);
        response.setHeader("ETag", etag);
        response.setContentType("application/json");
        response.setContentLength(json.length);
        response.getOutputStream().write(json);
    }
}
