package dev.banhmi.cdk.config;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A mapping of the YAML file, read key by key. Whatever is wrong is recorded with its line and replaced by some value of the type, so that
 * one pass finds everything; keys that were not read are reported as problems at the end.
 */
final class ConfigSection {
    /*
     * It reads nodes and not the values that a YAML library maps them to, because only a node knows its line.
     */

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([smh])");

    private final String prefix;
    private final int line;
    private final List<ConfigProblem> problems;
    private final Map<String, NodeTuple> entries = new LinkedHashMap<>();
    private final Set<String> asked = new LinkedHashSet<>();
    private final Set<String> retired = new LinkedHashSet<>();
    private final List<ConfigSection> inner = new ArrayList<>();

    /**
     * Reads a mapping.
     *
     * @param prefix of its keys, with a dot at its end, or empty
     * @param line its first line
     * @param mapping its content; without it all keys are missing, which is not worth a problem each
     * @param problems collects what is wrong
     */
    ConfigSection(String prefix, int line, @Nullable MappingNode mapping, List<ConfigProblem> problems) {
        this.prefix = prefix;
        this.line = line;
        this.problems = mapping == null ? new ArrayList<>() : problems;
        if (mapping != null) {
            mapping.getValue().forEach(this::enter);
        }
    }

    private void enter(NodeTuple entry) {
        String key = entry.getKeyNode() instanceof ScalarNode scalar
                ? scalar.getValue()
                : String.valueOf(entry.getKeyNode().getNodeId());
        NodeTuple before = entries.putIfAbsent(key, entry);
        if (before != null) {
            note(lineOf(entry.getKeyNode()), key, "is set in line " + lineOf(before.getKeyNode()) + " already");
        }
    }

    /** A string that matches a pattern. */
    String text(String key, Pattern rule, String expected) {
        return matching(value(key), key, rule, expected);
    }

    /** A list of strings that match a pattern, at least one. */
    List<String> texts(String key, Pattern rule, String expected) {
        Node value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            note(lineOf(value), key, "is " + shown(value) + ", expected a list, each " + expected);
            return List.of();
        }
        return sequence.getValue().stream()
                .map(element -> matching(element, key, rule, expected))
                .toList();
    }

    private String matching(@Nullable Node value, String key, Pattern rule, String expected) {
        if (value == null) {
            return "";
        }
        if (value instanceof ScalarNode scalar
                && rule.matcher(scalar.getValue()).matches()) {
            return scalar.getValue();
        }
        note(lineOf(value), key, "is " + shown(value) + ", expected " + expected);
        return "";
    }

    /** A whole number between two bounds, both included. */
    int number(String key, int least, int most) {
        Node value = value(key);
        if (value == null) {
            return least;
        }
        if (value instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)) {
            try {
                int number = Integer.parseInt(scalar.getValue());
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException beyondAnInt) {
                // Treated like any other value out of bounds.
            }
        }
        note(lineOf(value), key, "is " + shown(value) + ", expected a whole number, " + least + " to " + most);
        return least;
    }

    /**
     * A whole number of seconds, minutes or hours with its unit, between two bounds, both included.
     *
     * @param formerKey its name when it was a bare number of seconds; if still used, it is a problem that names the new key
     */
    Duration duration(String key, String formerKey, Duration least, Duration most) {
        NodeTuple former = entries.get(formerKey);
        if (former != null) {
            retired.add(formerKey);
            asked.add(key);
            note(
                    lineOf(former.getKeyNode()),
                    formerKey,
                    "has been renamed to " + key + " and takes a unit, write " + key + ": "
                            + inUnits(former.getValueNode()));
            return least;
        }
        return inBounds(key, "", least, most);
    }

    /** The same where a word may stand in its place, which is known not to be there. */
    Duration durationOr(String word, String key, Duration least, Duration most) {
        return inBounds(key, word + ", or ", least, most);
    }

    private Duration inBounds(String key, String alternative, Duration least, Duration most) {
        Node value = value(key);
        if (value == null) {
            return least;
        }
        if (value instanceof ScalarNode scalar) {
            Matcher matcher = DURATION.matcher(scalar.getValue());
            if (matcher.matches()) {
                Duration duration = Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
                if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                    return duration;
                }
            }
        }
        note(
                lineOf(value),
                key,
                "is " + shown(value) + ", expected " + alternative + "a number with its unit such as 900s, 15m or 1h, "
                        + least.toSeconds() + "s to " + most.toSeconds() + "s");
        return least;
    }

    private static String inUnits(Node seconds) {
        return seconds instanceof ScalarNode scalar && scalar.getTag().equals(Tag.INT)
                ? scalar.getValue() + "s"
                : "15m";
    }

    private static ChronoUnit unit(String letter) {
        return switch (letter) {
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            default -> ChronoUnit.HOURS;
        };
    }

    /** One of several words, the constants in lower case. */
    <E extends Enum<E>> E choice(String key, List<E> constants) {
        List<String> words = constants.stream().map(ConfigSection::word).toList();
        Node value = value(key);
        if (value instanceof ScalarNode scalar && words.contains(scalar.getValue())) {
            return constants.get(words.indexOf(scalar.getValue()));
        }
        if (value != null) {
            note(lineOf(value), key, "is " + shown(value) + ", expected " + String.join(" or ", words));
        }
        return constants.get(0);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** A mapping inside this one. */
    ConfigSection section(String key) {
        Node value = value(key);
        if (value != null && !(value instanceof MappingNode)) {
            note(lineOf(value), key, "is " + shown(value) + ", expected a mapping");
        }
        ConfigSection section = new ConfigSection(
                prefix + key + ".",
                value == null ? line : lineOf(key),
                value instanceof MappingNode mapping ? mapping : null,
                problems);
        inner.add(section);
        return section;
    }

    /** Whether a key has exactly this text; without the key it has not, and reading it reports that. */
    boolean says(String key, String text) {
        NodeTuple entry = entries.get(key);
        if (entry == null
                || !(entry.getValueNode() instanceof ScalarNode scalar)
                || !scalar.getValue().equals(text)) {
            return false;
        }
        asked.add(key);
        return true;
    }

    /** Records what a check over several keys has found, at one of them. */
    void problem(String key, String what) {
        problems.add(at(key, what));
    }

    /** The same, without recording it. */
    ConfigProblem at(String key, String what) {
        return new ConfigProblem(lineOf(key), prefix + key, what);
    }

    void reportUnknownKeys() {
        entries.forEach((key, entry) -> {
            if (!asked.contains(key) && !retired.contains(key)) {
                note(
                        lineOf(entry.getKeyNode()),
                        key,
                        "is not a known key, expected one of " + String.join(", ", asked));
            }
        });
        inner.forEach(ConfigSection::reportUnknownKeys);
    }

    private @Nullable Node value(String key) {
        asked.add(key);
        NodeTuple entry = entries.get(key);
        if (entry == null) {
            note(line, key, "is missing");
            return null;
        }
        return entry.getValueNode();
    }

    private int lineOf(String key) {
        NodeTuple entry = entries.get(key);
        return entry == null ? line : lineOf(entry.getKeyNode());
    }

    static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }

    private static String shown(Node value) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getTag().equals(Tag.NULL) ? "empty" : "\"" + scalar.getValue() + "\"";
        }
        return Stream.of("mapping", "sequence")
                .filter(kind -> value.getNodeId().name().equals(kind))
                .map(kind -> kind.equals("mapping") ? "a mapping" : "a list")
                .findFirst()
                .orElse("something else");
    }

    private void note(int where, String key, String what) {
        problems.add(new ConfigProblem(where, prefix + key, what));
    }
}
