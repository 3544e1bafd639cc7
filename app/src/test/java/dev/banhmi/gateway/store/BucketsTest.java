package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BucketsTest {

    private static final BucketProperties PLAIN = new BucketProperties(KeyLayout.PLAIN, null, true);

    private final Buckets buckets = new Buckets(Map.of("demo", PLAIN), false);

    @ParameterizedTest
    @ValueSource(strings = {"", "Demo", "demo ", "other", "demo/"})
    void servesOnlyTheBucketsOfItsConfiguration(String name) {
        assertThat(buckets.require("demo"))
                .isEqualTo(new Bucket("demo", KeyLayout.PLAIN, StoreLimits.LARGEST_OBJECT, true));
        assertThatThrownBy(() -> buckets.require(name))
                .isInstanceOfSatisfying(
                        GatewayException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BUCKET_NOT_FOUND));
    }

    /** The sentence of 2018 is for the 2018 API alone. */
    @Test
    void saysWhichBucketIsNotServed() {
        assertThatThrownBy(() -> buckets.require("other\r\n"))
                .hasMessage("The bucket \"other\\u000d\\u000a\" is not served here.");
    }

    @Test
    void namesThoseThatAreServedWhereEveryoneMayKnowThem() {
        Map<String, BucketProperties> many = new HashMap<>();
        for (int i = 10; i < 35; i++) {
            many.put("bucket" + i, PLAIN);
        }
        assertThatThrownBy(() -> new Buckets(Map.of("photos", PLAIN, "demo", PLAIN), true).require("other"))
                .hasMessage("The bucket \"other\" is not served here; these are: demo, photos.");
        assertThatThrownBy(() -> new Buckets(many, true).require("other"))
                .hasMessageContaining(" these are: bucket10, bucket11, ")
                .hasMessageEndingWith(", bucket29 and 5 more.");
    }
}
