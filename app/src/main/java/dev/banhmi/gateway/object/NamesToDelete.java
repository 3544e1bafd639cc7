package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The body of a deletion of many: <code>{"names":["a","b/c"]}</code>. The names are strings as they came; whether an
 * object can have them is for each its own matter.
 *
 * @param names 1 to {@value #MOST}
 */
record NamesToDelete(List<String> names) {

    /** As many as S3's own DeleteObjects takes. */
    static final int MOST = 1000;

    /** The longest names, written with three bytes for each, as by clients that escape all but ASCII, and the rest. */
    static final int MOST_BYTES = 4 << 20;

    private static final String FORM = "The body is not {\"names\":[…]} with 1 to " + MOST + " strings: ";

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    NamesToDelete {
        names = List.copyOf(names);
    }

    /**
     * Reads the body to its end, a name at a time.
     *
     * @throws GatewayException {@code INVALID_REQUEST} when it is anything else, {@code TOO_LARGE} when it has more
     *     than {@value #MOST_BYTES} bytes
     * @throws IOException when it breaks off
     */
    static NamesToDelete read(InputStream body) throws IOException {
        // Jackson by itself takes UTF-16, UTF-32 and every spelling of a character that UTF-8 forbids.
        Reader text = new InputStreamReader(new Bounded(body), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            return read(parser);
        } catch (JacksonIOException e) {
            if (e.getCause() instanceof CharacterCodingException) {
                throw wrong("it is not UTF-8", e);
            }
            throw e.getCause();
        } catch (StreamConstraintsException e) {
            throw wrong("it has a number or a property that is too long, or lists in lists without end", e);
        } catch (StreamReadException e) {
            throw wrong(
                    "it is no JSON at line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr(),
                    e);
        }
    }

    private static NamesToDelete read(JsonParser parser) {
        require(parser.nextToken(), JsonToken.START_OBJECT, "an object");
        List<String> names = null;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String property = parser.currentName();
            if (!property.equals("names")) {
                throw wrong(Shown.quoted(property) + " is not a known property", null);
            }
            names = names(parser);
        }
        if (parser.nextToken() != null) {
            throw wrong("something follows the object", null);
        }
        if (names == null) {
            throw wrong("names is missing", null);
        }
        if (names.isEmpty()) {
            throw wrong("names is empty", null);
        }
        return new NamesToDelete(names);
    }

    private static List<String> names(JsonParser parser) {
        require(parser.nextToken(), JsonToken.START_ARRAY, "a list as names");
        List<String> names = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (names.size() == MOST) {
                throw wrong("there are more than " + MOST + " names", null);
            }
            String what = "a string as names[" + names.size() + "]";
            require(parser.currentToken(), JsonToken.VALUE_STRING, what);
            String name = parser.getString();
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
                throw wrong("names[" + names.size() + "] is " + Shown.quoted(name) + ", half a character", null);
            }
            names.add(name);
        }
        return names;
    }

    private static void require(@Nullable JsonToken found, JsonToken wanted, String what) {
        if (found != wanted) {
            throw wrong(what + " is required, not " + (found == null ? "nothing" : shown(found)), null);
        }
    }

    private static String shown(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            default -> String.valueOf(token.asString());
        };
    }

    private static GatewayException wrong(String what, @Nullable Exception cause) {
        return new GatewayException(ErrorCode.INVALID_REQUEST, FORM + what + ".", cause);
    }

    /** A body that is refused when it is longer than is allowed. */
    private static final class Bounded extends InputStream {

        private final InputStream body;
        private long size;

        Bounded(InputStream body) {
            this.body = body;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int wanted) throws IOException {
            int count = body.read(target, offset, wanted);
            size += Math.max(count, 0);
            requireAllowed(size);
            return count;
        }
    }

    /** For a length that is announced. */
    static void requireAllowed(long size) {
        if (size > MOST_BYTES) {
            throw new GatewayException(
                    ErrorCode.TOO_LARGE,
                    "The body has at least " + size + " bytes; a deletion of many allows at most " + MOST_BYTES + ".");
        }
    }
}
