package dev.banhmi.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class LauncherBucketsTest {

    private final LauncherBuckets buckets = new LauncherBuckets(Set.of("demo", "with.dots", "123"));
    private final Map<String, Object> variables = new LinkedHashMap<>();
    private final Map<String, Object> settings = new LinkedHashMap<>();

    @Test
    void listsEachBucketHashed() {
        assertThat(buckets.defaults())
                .containsOnly(
                        Map.entry("banhmi.buckets.demo.key-layout", "hashed"),
                        Map.entry("banhmi.buckets[with.dots].key-layout", "hashed"),
                        Map.entry("banhmi.buckets.123.key-layout", "hashed"));
        assertThat(buckets.problemsIn(environment())).isEmpty();
    }

    @Test
    void takesWhatSettingsSayOfThem() {
        variables.put("BANHMI_BUCKETS_DEMO_KEY_LAYOUT", "plain");
        variables.put("BANHMI_BUCKETS_123_OFFLOAD", "true");
        settings.put("banhmi.buckets[with.dots].max-object-size", "1MB");
        assertThat(buckets.problemsIn(environment())).isEmpty();
    }

    @Test
    void namesEveryOther() {
        variables.put("BANHMI_BUCKETS_PHOTOS_KEY_LAYOUT", "plain");
        settings.put("banhmi.buckets[with.others].offload", "true");
        assertThat(buckets.problemsIn(environment()))
                .containsExactly(
                        "banhmi.buckets.photos: the buckets here are 123, demo, with.dots; --bucket photos adds this one",
                        "banhmi.buckets.with.others: the buckets here are 123, demo, with.dots;"
                                + " --bucket with.others adds this one");
    }

    private StandardEnvironment environment() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("settings", settings));
        environment
                .getPropertySources()
                .replace("systemEnvironment", new SystemEnvironmentPropertySource("systemEnvironment", variables));
        environment.getPropertySources().addLast(new MapPropertySource("defaultProperties", buckets.defaults()));
        ConfigurationPropertySources.attach(environment);
        return environment;
    }
}
