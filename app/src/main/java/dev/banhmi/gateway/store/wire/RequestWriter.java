package dev.banhmi.gateway.store.wire;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import org.jspecify.annotations.Nullable;

/**
 * Signs the heads of requests with Signature Version 4, and writes them. Used by one thread at a time; a connection has
 * its own.
 *
 * <p>https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, 2026-11-30.
 */
final class RequestWriter {
    /*
     * The signature is over a text of the whole head (the canonical request): its SHA-256 is part of a second, short
     * text, whose HMAC is the signature. Digest, HMAC and both texts are kept from request to request. The HMAC starts
     * with the signing key, which is the same for a day, so that one request costs one SHA-256 of its head and two
     * blocks of HMAC.
     *
     * What a proxy may change is not signed; the SDK leaves out the same.
     */

    private static final String SERVICE = "s3";

    /** For the store's access log. */
    private static final String USER_AGENT = "banhmi-gateway";

    private static final Set<String> UNSIGNED_FIELDS = Set.of("connection", "expect", "user-agent", "x-amzn-trace-id");

    private static final int DAY_DIGITS = 8;
    private static final int SHA256_BYTES = 32;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final SigningKeys keys;
    private final MessageDigest sha256;
    private final HeadBytes text = new HeadBytes();
    private final byte[] digest = new byte[SHA256_BYTES];

    private @Nullable SigningKey key;
    private @Nullable Mac mac;
    private long second = Long.MIN_VALUE;
    private String time = "";

    /** {@code keys}: shared by all writers. */
    RequestWriter(SigningKeys keys) {
        this.keys = keys;
        try {
            this.sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Writes a head, from the request line to the empty line.
     *
     * @param now when it is sent
     * @param out cleared before
     */
    void write(RequestHead head, Identity identity, Instant now, HeadBytes out) {
        setClock(now);
        List<Field> fields = sorted(head, identity);
        String scope = time.substring(0, DAY_DIGITS) + "/" + identity.region() + "/" + SERVICE + "/aws4_request";

        writeCanonicalRequest(head, fields);
        hash();
        text.clear();
        text.put("AWS4-HMAC-SHA256\n").put(time).put('\n').put(scope).put('\n').putHex(digest);
        sign(identity);

        out.clear();
        // Servers and proxies may take two slashes side by side for one. In a key they are two.
        out.put(head.method()).put(' ').put(head.path().replace("//", "/%2F"));
        if (!head.query().isEmpty()) {
            out.put('?').put(head.query());
        }
        out.put(" HTTP/1.1\r\n");
        for (Field field : fields) {
            out.put(field.name()).put(": ").put(field.value()).put("\r\n");
        }
        out.put("authorization: AWS4-HMAC-SHA256 Credential=")
                .put(identity.accessKeyId())
                .put('/')
                .put(scope)
                .put(", SignedHeaders=");
        putSignedNames(fields, out);
        out.put(", Signature=").putHex(digest).put("\r\n\r\n");
    }

    private void setClock(Instant now) {
        if (now.getEpochSecond() != second) {
            second = now.getEpochSecond();
            time = TIME.format(now);
        }
    }

    private List<Field> sorted(RequestHead head, Identity identity) {
        List<Field> fields = new ArrayList<>(head.fields());
        fields.add(new Field("host", head.address().hostField()));
        fields.add(new Field("user-agent", USER_AGENT));
        fields.add(new Field("x-amz-content-sha256", head.payloadHash()));
        fields.add(new Field("x-amz-date", time));
        if (identity.sessionToken() != null) {
            fields.add(new Field("x-amz-security-token", identity.sessionToken()));
        }
        fields.sort(Comparator.comparing(Field::name));
        return fields;
    }

    private void writeCanonicalRequest(RequestHead head, List<Field> fields) {
        text.clear();
        text.put(head.method()).put('\n').put(head.path()).put('\n');
        text.put(head.query()).put('\n');
        for (Field field : fields) {
            if (isSigned(field)) {
                text.put(field.name()).put(':').putCollapsed(field.value()).put('\n');
            }
        }
        text.put('\n');
        putSignedNames(fields, text);
        text.put('\n').put(head.payloadHash());
    }

    private static void putSignedNames(List<Field> fields, HeadBytes to) {
        boolean first = true;
        for (Field field : fields) {
            if (isSigned(field)) {
                if (!first) {
                    to.put(';');
                }
                to.put(field.name());
                first = false;
            }
        }
    }

    private static boolean isSigned(Field field) {
        return !UNSIGNED_FIELDS.contains(field.name());
    }

    private void hash() {
        try {
            sha256.update(text.array(), 0, text.length());
            sha256.digest(digest, 0, SHA256_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException("a SHA-256 has 32 bytes", e);
        }
    }

    private void sign(Identity identity) {
        SigningKey wanted =
                keys.of(identity.secretAccessKey(), time.substring(0, DAY_DIGITS), identity.region(), SERVICE);
        Mac keyed = mac;
        if (keyed == null || !wanted.equals(key)) {
            keyed = wanted.mac();
            mac = keyed;
            key = wanted;
        }
        try {
            keyed.update(text.array(), 0, text.length());
            keyed.doFinal(digest, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("an HMAC-SHA256 has 32 bytes", e);
        }
    }
}
