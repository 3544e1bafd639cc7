package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** A resource of a template. */
record Resource(String stack, String id, String type, JsonNode body) {
    private static final Pattern PATH_HASH = Pattern.compile("(?<=.)[0-9A-F]{8}$");

    JsonNode properties() {
        return body.path("Properties");
    }

    JsonNode property(String name) {
        return properties().path(name);
    }

    boolean is(String otherType) {
        return type.equals(otherType);
    }

    /** The id without the hash of the construct's path that CDK adds: readable, but not unique. */
    String name() {
        return name(id);
    }

    static String name(String logicalId) {
        return PATH_HASH.matcher(logicalId).replaceFirst("");
    }
}
