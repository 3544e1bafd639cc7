package dev.banhmi.gateway.digest;

import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a Dictionary of structured fields (RFC 9651, section 4.2.2) for its byte sequences. Every other kind of value
 * is checked and skipped, because an unknown member may hold a comma in a string, or be a list.
 */
final class StructuredDictionary {

    private static final String TOKEN_SIGNS = "!#$%&'*+-.^_`|~:/";
    private static final int MOST_DIGITS = 15;

    private final String text;
    private int at;

    private StructuredDictionary(String text) {
        this.text = text;
    }

    /**
     * Reads a whole field.
     *
     * @param text its lines, joined by commas
     * @return by key, in order, the Base64 text of a byte sequence, and nothing for a value of another kind
     * @throws ParseException when it is not a Dictionary
     */
    static Map<String, Optional<String>> parse(String text) throws ParseException {
        return new StructuredDictionary(text).dictionary();
    }

    private Map<String, Optional<String>> dictionary() throws ParseException {
        Map<String, Optional<String>> members = new LinkedHashMap<>();
        skip(" ");
        while (at < text.length()) {
            String key = key();
            // The last of several members with one key counts.
            members.put(key, accept('=') ? itemOrList() : Optional.empty());
            parameters();
            skip(" \t");
            if (at == text.length()) {
                return members;
            }
            expect(',');
            skip(" \t");
            if (at == text.length()) {
                throw wrong();
            }
        }
        return members;
    }

    private Optional<String> itemOrList() throws ParseException {
        if (!accept('(')) {
            return bareItem();
        }
        skip(" ");
        while (!accept(')')) {
            var _ = bareItem();
            parameters();
            if (peek() != ')' && peek() != ' ') {
                throw wrong();
            }
            skip(" ");
        }
        return Optional.empty();
    }

    private void parameters() throws ParseException {
        while (accept(';')) {
            skip(" ");
            var _ = key();
            if (accept('=')) {
                var _ = bareItem();
            }
        }
    }

    private String key() throws ParseException {
        int start = at;
        if (!isLower(peek()) && peek() != '*') {
            throw wrong();
        }
        while (isLower(peek()) || isDigit(peek()) || "_-.*".indexOf(peek()) >= 0) {
            at++;
        }
        return text.substring(start, at);
    }

    private Optional<String> bareItem() throws ParseException {
        char c = peek();
        if (accept(':')) {
            int start = at;
            while (isAlphanumeric(peek()) || "+/=".indexOf(peek()) >= 0) {
                at++;
            }
            expect(':');
            return Optional.of(text.substring(start, at - 1));
        }
        if (accept('"')) {
            string();
        } else if (accept('%')) {
            expect('"');
            displayString();
        } else if (accept('?')) {
            if (peek() != '0' && peek() != '1') {
                throw wrong();
            }
            at++;
        } else if (accept('@')) {
            accept('-');
            digits(MOST_DIGITS);
        } else if (c == '-' || isDigit(c)) {
            number();
        } else if (isAlphanumeric(c) || c == '*') {
            while (isAlphanumeric(peek()) || TOKEN_SIGNS.indexOf(peek()) >= 0) {
                at++;
            }
        } else {
            throw wrong();
        }
        return Optional.empty();
    }

    private void number() throws ParseException {
        accept('-');
        int whole = digits(MOST_DIGITS);
        if (accept('.')) {
            if (whole > 12) {
                throw wrong();
            }
            digits(3);
        }
    }

    private int digits(int most) throws ParseException {
        int start = at;
        while (isDigit(peek())) {
            at++;
        }
        if (at == start || at - start > most) {
            throw wrong();
        }
        return at - start;
    }

    private void string() throws ParseException {
        while (!accept('"')) {
            if (accept('\\')) {
                if (peek() != '"' && peek() != '\\') {
                    throw wrong();
                }
            } else if (peek() < ' ' || peek() > '~') {
                throw wrong();
            }
            at++;
        }
    }

    private void displayString() throws ParseException {
        while (!accept('"')) {
            if (accept('%')) {
                for (int i = 0; i < 2; i++, at++) {
                    if (!isDigit(peek()) && (peek() < 'a' || peek() > 'f')) {
                        throw wrong();
                    }
                }
            } else if (peek() < ' ' || peek() > '~') {
                throw wrong();
            } else {
                at++;
            }
        }
    }

    /** The next character, or NUL at the end, which no production allows. */
    private char peek() {
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private boolean accept(char c) {
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void expect(char c) throws ParseException {
        if (!accept(c)) {
            throw wrong();
        }
    }

    private void skip(String blanks) {
        while (at < text.length() && blanks.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private ParseException wrong() {
        return new ParseException("at position " + at, at);
    }

    private static boolean isLower(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isAlphanumeric(char c) {
        return isLower(c) || isDigit(c) || (c >= 'A' && c <= 'Z');
    }
}
