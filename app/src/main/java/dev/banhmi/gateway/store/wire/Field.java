package dev.banhmi.gateway.store.wire;

/**
 * A header field of a request, which can be sent as it stands.
 *
 * @param name in lower case
 * @param value printable ASCII, spaces and tabs, none of them at its ends
 */
public record Field(String name, String value) {

    /** Besides letters and digits (RFC 9110, 5.6.2). */
    private static final String MARKS_OF_A_TOKEN = "!#$%&'*+-.^_`|~";

    /** Checks both. */
    public Field {
        if (!isLowerCaseToken(name)) {
            throw new IllegalArgumentException("The name of a header field is \"" + name + "\".");
        }
        if (!isSendable(value)) {
            throw new IllegalArgumentException("The value of the header field " + name + " cannot be sent.");
        }
    }

    /**
     * Whether a value arrives as it is sent, and is signed as it arrives.
     *
     * @param value any text
     * @return false for one with a character outside printable ASCII, or with a blank at its ends
     */
    public static boolean isSendable(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c > '~') {
                return false;
            }
        }
        return value.isEmpty() || !(isBlank(value.charAt(0)) || isBlank(value.charAt(value.length() - 1)));
    }

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static boolean isLowerCaseToken(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!isOfAToken(c) || (c >= 'A' && c <= 'Z')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    static boolean isOfAToken(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || MARKS_OF_A_TOKEN.indexOf(c) >= 0;
    }
}
