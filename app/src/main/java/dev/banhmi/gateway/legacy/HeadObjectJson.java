package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.StoreResponse;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** HeadObject's response with the field names of Python's SDK, which the 2018 service passed on. */
final class HeadObjectJson {

    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ssxxx");

    private HeadObjectJson() {}

    /** All fields but {@code LastModified}. */
    static Map<String, Object> withoutTime(ObjectInfo info) {
        StoreResponse response = info.response();
        ObjectAttributes attributes = info.attributes();
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("RequestId", response.requestId());
        put(metadata, "HostId", response.headers().get("x-amz-id-2"));
        metadata.put("HTTPStatusCode", response.status());
        metadata.put("HTTPHeaders", response.headers());
        metadata.put("RetryAttempts", response.retries());

        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ResponseMetadata", metadata);
        fields.put("AcceptRanges", response.headers().getOrDefault("accept-ranges", "bytes"));
        fields.put("ContentLength", info.size());
        fields.put("ETag", info.etag());
        put(fields, "VersionId", info.versionId());
        put(fields, "CacheControl", attributes.cacheControl());
        put(fields, "ContentDisposition", attributes.contentDisposition());
        put(fields, "ContentEncoding", attributes.contentEncoding());
        put(fields, "ContentLanguage", attributes.contentLanguage());
        put(fields, "ContentType", attributes.contentType());
        put(fields, "ServerSideEncryption", info.serverSideEncryption());
        put(fields, "StorageClass", info.storageClass());
        fields.put("Metadata", callersOwn(attributes.metadata()));
        return fields;
    }

    /** All fields, {@code LastModified} in ISO form. */
    static Map<String, Object> withTime(ObjectInfo info) {
        Map<String, Object> fields = withoutTime(info);
        fields.put("LastModified", ISO.format(info.lastModified().atOffset(ZoneOffset.UTC)));
        return fields;
    }

    /** Leaves out what the gateway keeps for itself, which did not exist in 2018. */
    private static Map<String, String> callersOwn(Map<String, String> metadata) {
        Map<String, String> own = new TreeMap<>(metadata);
        own.keySet().removeIf(name -> name.startsWith("banhmi-"));
        return own;
    }

    private static void put(Map<String, Object> fields, String name, @Nullable String value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
