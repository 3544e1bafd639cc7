package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The first part of an upload: what is about to come. {@code mpu_id} and {@code last_part}, which the 2018 client may
 * add, are checked and not used.
 *
 * @param bucket the target bucket
 * @param key the caller's name for the object
 * @param size bytes of all file parts together
 * @param parts how many file parts follow, at least 1
 */
record UploadMetadata(String bucket, String key, long size, long parts) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> PROPERTIES = Set.of("bucket", "key", "size", "parts", "mpu_id", "last_part");

    /** Reads the JSON object and reports everything that is wrong with it in one message. */
    static UploadMetadata parse(byte[] json) {
        JsonNode object;
        try {
            // Jackson by itself takes UTF-16, UTF-32 and every spelling of a character that UTF-8 forbids.
            object = JSON.readTree(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new GatewayException(ErrorCode.INVALID_REQUEST, "The first part is not UTF-8.", e);
        } catch (StreamConstraintsException e) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST,
                    "The first part has a number that is too long, or lists in lists without end.",
                    e);
        } catch (JacksonException e) {
            throw new GatewayException(ErrorCode.INVALID_REQUEST, "The first part is not a JSON object.", e);
        }
        if (!object.isObject()) {
            throw new GatewayException(ErrorCode.INVALID_REQUEST, "The first part is not a JSON object.");
        }
        List<String> problems = new ArrayList<>();
        object.propertyNames().stream()
                .filter(name -> !PROPERTIES.contains(name))
                .forEach(name -> problems.add(name + " is not a known property"));
        String bucket = text(object, "bucket", problems);
        String key = text(object, "key", problems);
        long size = wholeNumber(object, "size", 0, problems);
        long parts = wholeNumber(object, "parts", 1, problems);
        if (object.has("mpu_id") && !object.get("mpu_id").isString()) {
            problems.add("mpu_id must be a string");
        }
        if (object.has("last_part")) {
            wholeNumber(object, "last_part", 0, problems);
        }
        if (!problems.isEmpty()) {
            throw new GatewayException(
                    ErrorCode.INVALID_REQUEST, "Wrong metadata: " + String.join("; ", problems) + ".");
        }
        return new UploadMetadata(bucket, key, size, parts);
    }

    private static String text(JsonNode object, String name, List<String> problems) {
        JsonNode value = object.get(name);
        if (value == null) {
            problems.add(name + " is missing");
        } else if (!value.isString() || value.stringValue().isEmpty()) {
            problems.add(name + " must be a string that is not empty");
        } else if (!StandardCharsets.UTF_8.newEncoder().canEncode(value.stringValue())) {
            problems.add(name + " must be a string that can be written in UTF-8");
        } else {
            return value.stringValue();
        }
        return "";
    }

    private static long wholeNumber(JsonNode object, String name, long least, List<String> problems) {
        JsonNode value = object.get(name);
        if (value == null) {
            problems.add(name + " is missing");
        } else if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
            problems.add(name + " must be a whole number from " + least);
        } else {
            return value.longValue();
        }
        return least;
    }
}
