package dev.banhmi.gateway.config;

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

/**
 * The names of all settings, read off the records that hold them. Spring Boot's own check for unknown names stops at
 * the first one and ignores environment variables, where a misspelling is likeliest; a variable's name has an
 * underscore for every dot, one or none for a dash, and no case.
 */
final class SettingNames {

    private static final String PREFIX = "banhmi";

    private final List<Pattern> dotted = new ArrayList<>();
    private final List<Pattern> variables = new ArrayList<>();

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

    private void add(Class<?> type, String dottedPrefix, String variablePrefix) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            add(
                    component.getGenericType(),
                    dottedPrefix + "\\." + name.toLowerCase(Locale.ROOT),
                    variablePrefix + "_" + name.replaceAll("([A-Z])", "_?$1").toLowerCase(Locale.ROOT));
        }
    }

    private void add(Type type, String dottedName, String variableName) {
        if (type instanceof Class<?> section && section.isRecord()) {
            add(section, dottedName, variableName);
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == Map.class) {
            // Spring Boot ends a key of the map at the first dot or underscore, so one that holds it would become
            // another key.
            add(generic.getActualTypeArguments()[1], dottedName + "\\.[^.]+", variableName + "_[^_]+");
        } else if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            dotted.add(Pattern.compile(dottedName + "(\\[\\d+\\])?"));
            variables.add(Pattern.compile(variableName + "(_\\d+_?)?"));
        } else {
            dotted.add(Pattern.compile(dottedName));
            variables.add(Pattern.compile(variableName));
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
            // Without dashes, underscores and case, as Spring Boot compares names; a key in brackets may have dots.
            form.append(index ? "[" : ".")
                    .append(parsed.getElement(i, Form.UNIFORM).replace(".", ""));
            form.append(index ? "]" : "");
        }
        return dotted.stream().noneMatch(pattern -> pattern.matcher(form).matches());
    }

    private boolean isUnknownVariable(String name) {
        String form = name.replace('-', '_').toLowerCase(Locale.ROOT);
        return form.startsWith(PREFIX + "_")
                && variables.stream().noneMatch(pattern -> pattern.matcher(form).matches());
    }
}
