package dev.banhmi.gateway.store.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that signs the requests of one day, region and service. Immutable.
 *
 * <p>https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html, 2026-11-30.
 */
final class SigningKey {

    static final String ALGORITHM = "HmacSHA256";

    private final String secret;
    private final String day;
    private final String region;
    private final String service;
    private final SecretKeySpec key;

    /** {@code day}: as in {@code 20261130}. */
    SigningKey(String secret, String day, String region, String service) {
        this.secret = secret;
        this.day = day;
        this.region = region;
        this.service = service;
        this.key = derive(secret, day, region, service);
    }

    private static SecretKeySpec derive(String secret, String day, String region, String service) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String step : new String[] {day, region, service, "aws4_request"}) {
            key = keyed(new SecretKeySpec(key, ALGORITHM)).doFinal(step.getBytes(StandardCharsets.UTF_8));
        }
        return new SecretKeySpec(key, ALGORITHM);
    }

    private static Mac keyed(SecretKeySpec key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    boolean isOf(String otherSecret, String otherDay, String otherRegion, String otherService) {
        return day.equals(otherDay)
                && region.equals(otherRegion)
                && service.equals(otherService)
                && secret.equals(otherSecret);
    }

    /** What signs with it; starts anew after each signature. */
    Mac mac() {
        return keyed(key);
    }

    /** The key itself, for whoever compares. */
    byte[] encoded() {
        return key.getEncoded();
    }
}
