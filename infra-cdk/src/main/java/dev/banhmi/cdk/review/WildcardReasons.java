package dev.banhmi.cdk.review;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The reason for each wildcard, from {@code iam-reasons.yaml}. */
record WildcardReasons(List<Entry> entries) {

    /** Applies to the wildcards of one holder on one resource, as the page prints both, whose actions are all listed. */
    record Entry(String holder, String resource, Set<String> actions, String reason) {
        private static final Set<String> KEYS = Set.of("holder", "resource", "actions", "reason");

        boolean explains(Wildcard wildcard) {
            return holder.equals(wildcard.holder())
                    && resource.equals(wildcard.resource())
                    && actions.containsAll(wildcard.actions());
        }
    }

    WildcardReasons {
        entries = List.copyOf(entries);
    }

    /**
     * Reads the file.
     *
     * @throws ReviewException if it is missing or an entry has other keys than holder, resource, actions and reason
     */
    static WildcardReasons read(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try {
            Object root = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
            List<Entry> entries = new ArrayList<>();
            if (root instanceof List<?> list) {
                for (Object element : list) {
                    entries.add(entry(file, element));
                }
            } else if (root != null) {
                throw new ReviewException(file + " is not a YAML list");
            }
            return new WildcardReasons(entries);
        } catch (YAMLException | IOException e) {
            throw new ReviewException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    Optional<String> reason(Wildcard wildcard) {
        return entries.stream()
                .filter(entry -> entry.explains(wildcard))
                .map(Entry::reason)
                .findFirst();
    }

    List<Wildcard> unexplained(List<Wildcard> wildcards) {
        return wildcards.stream().filter(wildcard -> reason(wildcard).isEmpty()).toList();
    }

    /** Entries that explain none of the wildcards: what they explained is gone. */
    List<Entry> unused(List<Wildcard> wildcards) {
        return entries.stream()
                .filter(entry -> wildcards.stream().noneMatch(entry::explains))
                .toList();
    }

    /** Entries to fill in, ready to paste into the file. */
    static String toFillIn(List<Wildcard> wildcards) {
        return wildcards.stream()
                .map(wildcard -> "- holder: " + wildcard.holder() + "\n  resource: \"" + wildcard.resource()
                        + "\"\n  actions: ["
                        + wildcard.actions().stream()
                                .map(action -> "\"" + action + "\"")
                                .collect(Collectors.joining(", "))
                        + "]\n  reason:\n")
                .distinct()
                .collect(Collectors.joining());
    }

    private static Entry entry(Path file, Object element) {
        Map<String, Object> values = new LinkedHashMap<>();
        if (element instanceof Map<?, ?> mapping) {
            mapping.forEach((key, value) -> values.put(String.valueOf(key), value));
        }
        if (values.keySet().equals(Entry.KEYS)
                && values.get("holder") instanceof String holder
                && values.get("resource") instanceof String resource
                && values.get("actions") instanceof List<?> actions
                && values.get("reason") instanceof String reason
                && !reason.isBlank()) {
            Set<String> names = new LinkedHashSet<>();
            actions.forEach(action -> names.add(String.valueOf(action)));
            return new Entry(holder, resource, names, reason.strip());
        }
        throw new ReviewException(file
                + ": an entry requires holder, resource, actions (a list) and reason (a string), but is " + element);
    }
}
