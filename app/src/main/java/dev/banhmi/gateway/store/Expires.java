package dev.banhmi.gateway.store;

import java.util.function.Consumer;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;

/**
 * Sends {@code Expires} as the text that it is. The SDK's own parameter is a time, and what another writer kept with an
 * object need not be one ({@code 0} and {@code -1} are common).
 */
final class Expires {

    private Expires() {}

    static Consumer<AwsRequestOverrideConfiguration.Builder> of(ObjectAttributes attributes) {
        return override -> {
            if (attributes.expires() != null) {
                override.putHeader("Expires", attributes.expires());
            }
        };
    }
}
