package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReadPresignerTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final ObjectAttributes AS_IT_IS = new ObjectAttributes(null, null, null, null, null, null, Map.of());
    private static final ObjectKey KEY = new ObjectKey("demo", "ph\u1edf/a b+c?d#e");

    @Test
    void signsForTheStoreUnlessCallersReachItElsewhere() {
        URI store = url("https://store.example:9000", null, null, true);
        assertThat(store.getAuthority()).isEqualTo("store.example:9000");

        URI elsewhere = url("https://store.example:9000", "https://objects.example", null, true);
        assertThat(elsewhere.getAuthority()).isEqualTo("objects.example");
        assertThat(elsewhere.getRawPath()).isEqualTo("/demo/ph%E1%BB%9F/a%20b%2Bc%3Fd%23e");
    }

    @Test
    void needsNoHeaderAndSaysHowLongItIsValid() {
        for (boolean withBytes : new boolean[] {true, false}) {
            assertThat(url("https://store.example", null, null, withBytes)
                            .getQuery()
                            .split("&"))
                    .contains("X-Amz-SignedHeaders=host", "X-Amz-Expires=7")
                    .anyMatch(parameter -> parameter.matches("X-Amz-Signature=[0-9a-f]{64}"))
                    .noneMatch(parameter -> parameter.contains("wJalrXUtnFEMI"))
                    .noneMatch(parameter -> parameter.startsWith("versionId"));
        }
    }

    @Test
    void namesTheVersionThatIsAskedFor() {
        assertThat(url("https://store.example", null, "v1", true).getQuery().split("&"))
                .contains("versionId=v1");
    }

    @Test
    void namesWhatIsToBeShownInsteadOfTheObjectsOwn() {
        ObjectAttributes shown = new ObjectAttributes(
                "text/plain; charset=utf-8",
                "attachment; filename=\"a b.txt\"",
                "no-store",
                "gzip",
                "vi",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                Map.of());
        for (boolean withBytes : new boolean[] {true, false}) {
            assertThat(url("https://store.example", null, null, withBytes, shown)
                            .getQuery()
                            .split("&"))
                    .contains(
                            "response-content-type=text/plain; charset=utf-8",
                            "response-content-disposition=attachment; filename=\"a b.txt\"",
                            "response-cache-control=no-store",
                            "response-content-encoding=gzip",
                            "response-content-language=vi",
                            "response-expires=Sun, 06 Nov 1994 08:49:37 GMT");
        }
    }

    private static URI url(
            String endpoint, @Nullable String offloadEndpoint, @Nullable String version, boolean withBytes) {
        return url(endpoint, offloadEndpoint, version, withBytes, AS_IT_IS);
    }

    private static URI url(
            String endpoint,
            @Nullable String offloadEndpoint,
            @Nullable String version,
            boolean withBytes,
            ObjectAttributes shown) {
        S3Properties properties = new S3Properties(
                URI.create(endpoint),
                "us-east-1",
                true,
                "AKIDEXAMPLE",
                "wJalrXUtnFEMI",
                false,
                1,
                SECOND,
                SECOND,
                1,
                SECOND,
                SECOND,
                SECOND.multipliedBy(2),
                SECOND.multipliedBy(2),
                SECOND,
                offloadEndpoint == null ? null : URI.create(offloadEndpoint),
                Duration.ofSeconds(7),
                false);
        try (ReadPresigner presigner = ReadPresigner.of(properties)) {
            return presigner.url(KEY, version, withBytes, shown);
        }
    }
}
