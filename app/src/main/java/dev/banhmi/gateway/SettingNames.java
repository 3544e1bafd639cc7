package dev.banhmi.gateway;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;

/*
 * The names of all settings, read off the records that hold them. Spring Boot's own check for unknown names stops at the first
 * one and leaves out environment variables, where a misspelt name is likeliest; in a variable's name neither dots, dashes nor
 * case survive, so those are compared without them.
 */
final class SettingNames {

    private static final String PREFIX = "banhmi";

    private final List<Pattern> dotted = new ArrayList<>();
    private final List<Pattern> squeezed = new ArrayList<>();

    private SettingNames() {}

    static SettingNames of(Class<? extends Record> root) {
        SettingNames names = new SettingNames();
        names.add(root, PREFIX, PREFIX);
        return names;
    }

    /** Every setting below {@code banhmi} that no record knows. */
    List<String> unknownIn(ConfigurableEnvironment environment) {
        TreeSet<String> unknown = new TreeSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> enumerable) {
                boolean variables =
                        source.getName().endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
                for (String name : enumerable.getPropertyNames()) {
                    if (variables ? isUnknownVariable(name) : isUnknown(name)) {
                        unknown.add(name);
                    }
                }
            }
        }
        return List.copyOf(unknown);
    }

    private void add(Class<?> type, String dottedPrefix, String squeezedPrefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            add(component.getGenericType(), dottedPrefix + "\\." + name, squeezedPrefix + name.replace("-", ""));
        }
    }

    private void add(Type type, String dottedName, String squeezedName) {
        if (type instanceof Class<?> section && section.isRecord()) {
            add(section, dottedName, squeezedName);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            add(generic.getActualTypeArguments()[1], dottedName + "\\..+", squeezedName + ".+");
        } else {
            // A list's elements have indexes behind the name.
            dotted.add(Pattern.compile(dottedName + "(\\[\\d+\\])?"));
            squeezed.add(Pattern.compile(squeezedName + "\\d*"));
        }
    }

    private boolean isUnknown(String name) {
        ConfigurationPropertyName parsed = ConfigurationPropertyName.adapt(name, '.');
        if (parsed.isEmpty() || !parsed.getElement(0, Form.UNIFORM).equals(PREFIX)) {
            return false;
        }
        StringBuilder form = new StringBuilder(PREFIX);
        for (int i = 1; i < parsed.getNumberOfElements(); i++) {
            boolean index = parsed.isNumericIndex(i);
            form.append(index ? "[" : ".").append(parsed.getElement(i, index ? Form.ORIGINAL : Form.DASHED));
            form.append(index ? "]" : "");
        }
        return dotted.stream().noneMatch(pattern -> pattern.matcher(form).matches());
    }

    private boolean isUnknownVariable(String name) {
        String form = name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
        return name.toLowerCase(Locale.ROOT).startsWith(PREFIX + "_")
                && squeezed.stream().noneMatch(pattern -> pattern.matcher(form).matches());
    }
}
