package dev.banhmi.gateway.store;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A page of a {@link MemoryObjectStore}, in which hidden entries take up places. */
final class MemoryListing {
    /*
     * Entries are objects, common prefixes and stubs. A stub stands right before the object of the same key, and takes
     * up no place where it would be rolled up. The token of a page is its last entry, whatever that is.
     */

    private static final Comparator<String> IN_ORDER =
            Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    private static final String TOKEN = "memory-";

    private MemoryListing() {}

    /** What a page consists of: a stub has no object and sorts before the object with its key. */
    private record Entry(String key, boolean stub, @Nullable ListedObject object) implements Comparable<Entry> {

        @Override
        public int compareTo(Entry other) {
            int byKey = IN_ORDER.compare(key, other.key);
            return byKey != 0 ? byKey : Boolean.compare(other.stub, stub);
        }
    }

    /** The key that a position is at or behind. */
    static String keyOf(ListPosition from) {
        return switch (from) {
            case ListPosition.Start _ -> "";
            case ListPosition.After(String key) -> key;
            case ListPosition.Continued(String token) -> entryOf(token).key();
        };
    }

    /**
     * Takes a page.
     *
     * @param objects at and behind the position's key or the prefix, in order
     * @param stubs the keys of hidden entries
     */
    static ObjectPage of(ListRequest request, Iterable<ListedObject> objects, List<String> stubs) {
        PriorityQueue<Entry> hidden = new PriorityQueue<>();
        stubs.forEach(key -> hidden.add(new Entry(key, true, null)));
        Iterator<ListedObject> shown = objects.iterator();
        ListedObject object = next(shown);
        List<ListedObject> page = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        Set<String> rolledUp = new HashSet<>();
        Entry last = null;
        int places = 0;
        while (object != null || !hidden.isEmpty()) {
            Entry visible = object == null ? null : new Entry(object.key(), false, object);
            boolean takeHidden =
                    !hidden.isEmpty() && (visible == null || hidden.peek().compareTo(visible) < 0);
            Entry entry = takeHidden ? hidden.remove() : visible;
            if (!takeHidden) {
                object = next(shown);
            }
            if (entry == null || !entry.key().startsWith(request.prefix()) || !isBehind(entry, request.from())) {
                continue;
            }
            String common = commonPrefix(entry, request);
            if (common != null && (entry.stub() || rolledUp.contains(common) || isListed(common, request.from()))) {
                continue;
            }
            if (places == request.limit()) {
                return new ObjectPage(page, prefixes, positionOf(last));
            }
            places++;
            last = common == null ? entry : new Entry(common, false, null);
            if (common != null) {
                rolledUp.add(common);
                prefixes.add(common);
            } else if (entry.object() != null) {
                page.add(entry.object());
            }
        }
        return new ObjectPage(page, prefixes, null);
    }

    private static @Nullable ListedObject next(Iterator<ListedObject> objects) {
        return objects.hasNext() ? objects.next() : null;
    }

    private static @Nullable String commonPrefix(Entry entry, ListRequest request) {
        String delimiter = request.delimiter();
        if (delimiter == null) {
            return null;
        }
        int end = entry.key().indexOf(delimiter, request.prefix().length());
        return end < 0 ? null : entry.key().substring(0, end + delimiter.length());
    }

    private static boolean isBehind(Entry entry, ListPosition from) {
        return switch (from) {
            case ListPosition.Start _ -> true;
            case ListPosition.After(String key) -> IN_ORDER.compare(entry.key(), key) > 0;
            case ListPosition.Continued(String token) -> entry.compareTo(entryOf(token)) > 0;
        };
    }

    /** Whether the page that ended with this token has listed a common prefix; S3's token knows. */
    private static boolean isListed(String common, ListPosition from) {
        return from instanceof ListPosition.Continued(String token)
                && entryOf(token).key().equals(common);
    }

    private static ListPosition positionOf(@Nullable Entry last) {
        if (last == null) {
            throw new IllegalStateException("a page of no places");
        }
        String position = (last.stub() ? "s" : "o") + last.key();
        return new ListPosition.Continued(
                TOKEN + Base64.getUrlEncoder().encodeToString(position.getBytes(StandardCharsets.UTF_8)));
    }

    private static Entry entryOf(String token) {
        if (!token.startsWith(TOKEN)) {
            throw new GatewayException(ErrorCode.STORE_REFUSED, "InvalidArgument: not a token: " + token);
        }
        String position =
                new String(Base64.getUrlDecoder().decode(token.substring(TOKEN.length())), StandardCharsets.UTF_8);
        return new Entry(position.substring(1), position.startsWith("s"), null);
    }
}
