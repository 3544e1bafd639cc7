package dev.banhmi.gateway.error;

import org.jspecify.annotations.Nullable;

/** A value that a caller sent, as an error message may repeat it: printable ASCII only, and short. */
public final class Shown {

    private static final int MOST_CHARS = 80;

    private Shown() {}

    /**
     * The value in double quotes; quotes, backslashes and all but printable ASCII are written as
     * {@code \}{@code uXXXX}.
     *
     * @param value as it was sent; null reads as {@code nothing}
     * @return printable ASCII, at most 80 characters of the value
     */
    public static String quoted(@Nullable String value) {
        if (value == null) {
            return "nothing";
        }
        StringBuilder shown = new StringBuilder(MOST_CHARS + 10).append('"');
        int end = Math.min(value.length(), MOST_CHARS);
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
                shown.append(c);
            } else {
                shown.append(String.format("\\u%04x", (int) c));
            }
        }
        return shown.append(value.length() > end ? "…\"" : "\"").toString();
    }
}
