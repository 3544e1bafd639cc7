package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.store.ListPosition;
import dev.banhmi.gateway.store.ListPosition.After;
import dev.banhmi.gateway.store.ListPosition.Continued;
import dev.banhmi.gateway.store.ListPosition.Start;
import dev.banhmi.gateway.store.StoreLimits;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A position in a listing, as callers carry it from page to page. They are told to treat it as opaque, and one that is
 * used with another bucket, prefix or delimiter is refused: the listing would have holes.
 *
 * @param bucket that is listed
 * @param prefix that is listed; empty for all
 * @param delimiter that is used; empty for none
 */
record ListCursor(String bucket, String prefix, String delimiter) {
    /*
     * <kind>.<sum>.<position>: k for a key, s for the store's own token; eight hexadecimal digits that tie it to its
     * listing against mistakes, not against forgery, which gains nothing; Base64 for URLs. The dots tell it from the
     * cursors of before, which were Base64 alone.
     */

    private static final Pattern FORM = Pattern.compile("([ks])\\.([0-9a-f]{8})\\.([A-Za-z0-9_-]+)");

    /** The cursor of the page that starts at a position. */
    String at(ListPosition position) {
        return switch (position) {
            case Start _ -> throw new IllegalArgumentException("the first page has no cursor");
            case After(String key) -> "k." + sum() + "." + base64(key);
            case Continued(String token) -> "s." + sum() + "." + base64(token);
        };
    }

    /**
     * The position of a cursor.
     *
     * @param cursor as it came; null for the first page
     * @throws GatewayException {@code INVALID_REQUEST} when no page of this listing gave it
     */
    ListPosition positionOf(@Nullable String cursor) {
        if (cursor == null) {
            return new Start();
        }
        Matcher parts = FORM.matcher(cursor);
        if (!parts.matches()) {
            throw refused(cursor, "only what an earlier page gave, unchanged, is allowed", null);
        }
        if (!parts.group(2).equals(sum())) {
            throw refused(cursor, "that is from a listing of another bucket, prefix or delimiter", null);
        }
        try {
            String position = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(parts.group(3))))
                    .toString();
            boolean isKey = parts.group(1).equals("k");
            boolean tooLong = isKey && position.getBytes(StandardCharsets.UTF_8).length > StoreLimits.LONGEST_KEY;
            if (tooLong || position.indexOf('\0') >= 0) {
                throw refused(cursor, "it holds what is no key of any object", null);
            }
            return isKey ? new After(position) : new Continued(position);
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw refused(cursor, "only what an earlier page gave, unchanged, is allowed", e);
        }
    }

    static GatewayException refused(String cursor, String reason, @Nullable Exception cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                "cursor is " + Shown.quoted(cursor) + "; " + reason + ". Start again without a cursor.",
                cause);
    }

    private String sum() {
        CRC32 sum = new CRC32();
        sum.update((bucket + '\n' + delimiter + '\n' + prefix).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
