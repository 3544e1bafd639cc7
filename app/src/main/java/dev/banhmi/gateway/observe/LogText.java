package dev.banhmi.gateway.observe;

import org.jspecify.annotations.Nullable;

/** Text from outside as a line of the log may have it: whatever a caller or a store sends, it stays one line. */
public final class LogText {

    /** An object's name has at most 1,024 bytes, each of which may be percent-encoded. */
    private static final int LONGEST_PATH = 4_096;

    private static final int LONGEST_TOKEN = 32;
    private static final int LONGEST_MESSAGE = 300;
    private static final int MOST_CAUSES = 5;

    private static final String NOTHING = "-";

    private LogText() {}

    /**
     * A path as it was sent; what must not be in one is percent-encoded here.
     *
     * @param target without its query; null where it could not be read
     * @return printable ASCII without spaces
     */
    static String path(@Nullable String target) {
        return target == null ? NOTHING : encoded(target, LONGEST_PATH);
    }

    /**
     * A method, or another word without spaces.
     *
     * @param word null where it could not be read
     * @return printable ASCII without spaces
     */
    static String token(@Nullable String word) {
        return word == null || word.isEmpty() ? NOTHING : encoded(word, LONGEST_TOKEN);
    }

    /**
     * A failure and what caused it, in short: the names of their types and their messages, the outermost first.
     *
     * @param failure with its causes
     * @return one line
     */
    public static String causes(Throwable failure) {
        StringBuilder line = new StringBuilder();
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
            line.append(depth == 0 ? "" : ", caused by ")
                    .append(cause.getClass().getSimpleName());
            if (cause.getMessage() != null) {
                line.append(": ").append(message(cause.getMessage()));
            }
            cause = cause.getCause();
        }
        return line.toString();
    }

    /**
     * A message that may repeat what somebody else sent.
     *
     * @param text of any length, with any characters
     * @return one line, shortened
     */
    public static String message(String text) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LONGEST_MESSAGE); i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) || c == '\u2028' || c == '\u2029' ? ' ' : c);
        }
        return line.append(text.length() > LONGEST_MESSAGE ? "…" : "").toString();
    }

    private static String encoded(String text, int longest) {
        int end = Math.min(text.length(), longest);
        int clean = 0;
        while (clean < end && isPlain(text.charAt(clean))) {
            clean++;
        }
        if (clean == text.length()) {
            return text;
        }
        StringBuilder line = new StringBuilder(end + 16).append(text, 0, clean);
        for (int i = clean; i < end; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
                line.append(c);
            } else {
                // Tomcat makes one character of each byte.
                line.append(String.format("%%%02X", (int) c));
            }
        }
        return line.append(end < text.length() ? "…" : "").toString();
    }

    private static boolean isPlain(char c) {
        return c > ' ' && c < 0x7f && c != '"' && c != '\\';
    }
}
