package dev.banhmi.gateway.store.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The header fields of a response, in its order and with its names, whose case means nothing. Values are ISO 8859-1, as
 * the SDK has them. Immutable once the response has been parsed.
 */
public final class Fields {

    private final List<String> namesAndValues = new ArrayList<>();

    /** Only for the parser. */
    Fields() {}

    void add(String name, String value) {
        namesAndValues.add(name);
        namesAndValues.add(value);
    }

    int size() {
        return namesAndValues.size() / 2;
    }

    /**
     * The first value of a field.
     *
     * @param name in any case
     * @return null when it is not there
     */
    public @Nullable String first(String name) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                return namesAndValues.get(i + 1);
            }
        }
        return null;
    }

    /** How often a field is there. */
    int count(String name) {
        int count = 0;
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            count += namesAndValues.get(i).equalsIgnoreCase(name) ? 1 : 0;
        }
        return count;
    }

    /** Whether a field that is a list has this element, regardless of case. */
    boolean lists(String name, String element) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            if (namesAndValues.get(i).equalsIgnoreCase(name)) {
                for (String one : namesAndValues.get(i + 1).split(",", -1)) {
                    if (one.strip().equalsIgnoreCase(element)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /**
     * Hands over each field, also those that are there more than once.
     *
     * @param action gets the name as it was sent, and the value
     */
    public void forEach(BiConsumer<String, String> action) {
        for (int i = 0; i < namesAndValues.size(); i += 2) {
            action.accept(namesAndValues.get(i), namesAndValues.get(i + 1));
        }
    }
}
