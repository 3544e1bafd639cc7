package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * An entity tag (RFC 9110, section 8.8.3).
 *
 * @param opaque what is between the quotes
 * @param weak whether {@code W/} precedes them
 */
public record EntityTag(String opaque, boolean weak) {

    /** Hexadecimal digits with the number of parts, as S3 has them, and Base64. */
    private static final Pattern UNQUOTED = Pattern.compile("[A-Za-z0-9._~:+/=-]+");

    /**
     * Checks the characters.
     *
     * @throws IllegalArgumentException when one is not allowed between the quotes
     */
    public EntityTag {
        if (!opaque.chars().allMatch(EntityTag::isAllowed)) {
            throw new IllegalArgumentException(
                    "The entity tag " + Shown.quoted(opaque) + " has a character that is not allowed.");
        }
    }

    /**
     * The tag as the store reports it.
     *
     * @param etag with its quotes, or without them, as some stores send it
     * @return the tag
     */
    public static EntityTag ofStore(String etag) {
        boolean weak = etag.startsWith("W/");
        String quoted = weak ? etag.substring(2) : etag;
        boolean hasQuotes = quoted.length() >= 2 && quoted.startsWith("\"") && quoted.endsWith("\"");
        return new EntityTag(hasQuotes ? quoted.substring(1, quoted.length() - 1) : quoted, weak);
    }

    /**
     * Strong comparison: whether both name the same bytes. A weak tag equals none.
     *
     * @param other the tag to compare with
     * @return false when one of them is weak
     */
    public boolean matchesStrongly(EntityTag other) {
        return !weak && !other.weak && opaque.equals(other.opaque);
    }

    /**
     * Weak comparison: whether both name equivalent content.
     *
     * @param other the tag to compare with
     * @return whether what is between the quotes is the same
     */
    public boolean matchesWeakly(EntityTag other) {
        return opaque.equals(other.opaque);
    }

    /**
     * The form in a header.
     *
     * @return with its quotes
     */
    public String header() {
        return (weak ? "W/\"" : "\"") + opaque + '"';
    }

    /**
     * Reads the value of {@code If-Match} or {@code If-None-Match}. A tag without its quotes, which RFC 9110 does not
     * know and S3's own clients send, is the tag with them.
     *
     * @param field its name, for the message
     * @param value all of its lines, joined by commas
     * @return which versions it names
     * @throws GatewayException {@code INVALID_REQUEST} when it is neither {@code *} nor a list of tags; ignoring it
     *     could overwrite what the caller meant to protect
     */
    public static Condition parse(String field, String value) {
        List<EntityTag> tags = new ArrayList<>();
        int at = skipBlanks(value, 0);
        if (value.startsWith("*", at) && skipBlanks(value, at + 1) == value.length()) {
            return new Condition(true, tags);
        }
        while (at < value.length()) {
            if (value.charAt(at) == ',') {
                at = skipBlanks(value, at + 1);
                continue;
            }
            boolean weak = value.startsWith("W/", at);
            int open = weak ? at + 2 : at;
            boolean quoted = open < value.length() && value.charAt(open) == '"';
            int first = quoted ? open + 1 : open;
            int end = quoted ? value.indexOf('"', first) : endOfWord(value, first);
            if (end < 0 || !isOpaque(value.substring(first, end), quoted)) {
                throw malformed(field, value);
            }
            tags.add(new EntityTag(value.substring(first, end), weak));
            at = skipBlanks(value, quoted ? end + 1 : end);
            if (at < value.length() && value.charAt(at) != ',') {
                throw malformed(field, value);
            }
        }
        if (tags.isEmpty()) {
            throw malformed(field, value);
        }
        return new Condition(false, tags);
    }

    private static GatewayException malformed(String field, String value) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                field + " is " + Shown.quoted(value) + "; * or a list of entity tags in double quotes is allowed.");
    }

    /** Without quotes a tag has only what no list, star or quote that went wrong has. */
    private static boolean isOpaque(String tag, boolean quoted) {
        return quoted
                ? tag.chars().allMatch(EntityTag::isAllowed)
                : UNQUOTED.matcher(tag).matches();
    }

    private static int endOfWord(String value, int from) {
        int at = from;
        while (at < value.length() && ", \t".indexOf(value.charAt(at)) < 0) {
            at++;
        }
        return at;
    }

    private static int skipBlanks(String value, int from) {
        int at = from;
        while (at < value.length() && (value.charAt(at) == ' ' || value.charAt(at) == '\t')) {
            at++;
        }
        return at;
    }

    private static boolean isAllowed(int c) {
        return c == 0x21 || (c >= 0x23 && c != 0x7f);
    }

    /**
     * Which versions a header names.
     *
     * @param any every version: {@code *}
     * @param tags the versions when it is not every one
     */
    public record Condition(boolean any, List<EntityTag> tags) {

        /** Copies the tags. */
        public Condition {
            tags = List.copyOf(tags);
        }

        boolean namesStrongly(EntityTag current) {
            return any || tags.stream().anyMatch(current::matchesStrongly);
        }

        boolean namesWeakly(EntityTag current) {
            return any || tags.stream().anyMatch(current::matchesWeakly);
        }
    }
}
