package dev.banhmi.gateway.digest;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The digests that an upload announces, in headers or, if {@code Trailer} names the field, after the content.
 * Immutable.
 *
 * <p>Reads {@code Content-Digest} and {@code Repr-Digest} (RFC 9530; for an upload of a whole object both are over the
 * same bytes), {@code Content-MD5}, {@code x-amz-checksum-*} and {@link PayloadHash}. Unknown algorithms are ignored
 * beside a known one; a field without any, like a malformed value, is refused, because a caller that sends one wants the
 * content verified, and would take the response for that.
 *
 * @param expectations from the headers
 * @param trailers the digest fields that are announced to follow, in lower case
 */
public record Digests(List<DigestExpectation> expectations, Set<String> trailers) {

    /** By their names in a dictionary. */
    private static final Map<String, DigestAlgorithm> DICTIONARY_KEYS = by(DigestAlgorithm::dictionaryKey);

    /** By the fields that have one value. */
    private static final Map<String, DigestAlgorithm> SINGLE_VALUES = by(DigestAlgorithm::field);

    /** Copies both. */
    public Digests {
        expectations = List.copyOf(expectations);
        trailers = Set.copyOf(trailers);
    }

    /**
     * Reads the headers of a request.
     *
     * @param fields all values of a header by its name, case-insensitively; empty when it is absent
     * @return what they announce
     * @throws GatewayException {@code INVALID_REQUEST} when one is malformed
     */
    public static Digests of(Function<String, List<String>> fields) {
        Set<String> trailers = new HashSet<>();
        for (String line : fields.apply("trailer")) {
            for (String element : line.split(",", -1)) {
                String name = element.strip().toLowerCase(Locale.ROOT);
                if (DigestAlgorithm.dictionaries().contains(name) || SINGLE_VALUES.containsKey(name)) {
                    trailers.add(name);
                }
            }
        }
        List<DigestExpectation> expectations = parse(fields);
        PayloadHash.expectation(fields).ifPresent(expectations::add);
        return new Digests(expectations, trailers);
    }

    /**
     * The digests to compute: those that can be needed, and no others.
     *
     * @return of no bytes yet
     */
    public RunningDigests start() {
        Set<DigestAlgorithm> algorithms = EnumSet.noneOf(DigestAlgorithm.class);
        expectations.forEach(expectation -> algorithms.add(expectation.algorithm()));
        for (String trailer : trailers) {
            DigestAlgorithm single = SINGLE_VALUES.get(trailer);
            if (single == null) {
                // Which of them the field will hold is known only when it comes.
                algorithms.addAll(DICTIONARY_KEYS.values());
            } else {
                algorithms.add(single);
            }
        }
        return new RunningDigests(algorithms);
    }

    /**
     * Compares what arrived with everything that was announced.
     *
     * @param running {@linkplain #start started} here and fed with the whole content
     * @param fields all values of a trailer by its name in lower case
     * @throws GatewayException {@code CONTENT_MISMATCH} when a digest differs, {@code INVALID_REQUEST} when a trailer
     *     is malformed, arrived unannounced, or was announced and did not arrive
     */
    public void verify(RunningDigests running, Function<String, List<String>> fields) {
        for (String trailer : trailers) {
            if (fields.apply(trailer).isEmpty()) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        "Trailer announced " + trailer + ", which did not come after the content.");
            }
        }
        running.verify(expectations);
        running.verify(parse(fields));
    }

    private static List<DigestExpectation> parse(Function<String, List<String>> fields) {
        List<DigestExpectation> expectations = new ArrayList<>();
        for (String field : DigestAlgorithm.dictionaries()) {
            List<String> lines = fields.apply(field);
            if (!lines.isEmpty()) {
                dictionary(field, String.join(", ", lines), expectations);
            }
        }
        SINGLE_VALUES.forEach((field, algorithm) -> {
            for (String value : fields.apply(field)) {
                expectations.add(DigestExpectation.of(algorithm, field, value.strip()));
            }
        });
        return expectations;
    }

    private static void dictionary(String field, String value, List<DigestExpectation> expectations) {
        Map<String, Optional<String>> members;
        try {
            members = StructuredDictionary.parse(value);
        } catch (ParseException e) {
            throw malformed(field, value, e);
        }
        if (members.keySet().stream().noneMatch(DICTIONARY_KEYS::containsKey)) {
            throw malformed(field, value, null);
        }
        members.forEach((key, base64) -> {
            DigestAlgorithm algorithm = DICTIONARY_KEYS.get(key);
            if (algorithm != null) {
                expectations.add(DigestExpectation.of(
                        algorithm, field, base64.orElseThrow(() -> malformed(field, value, null))));
            }
        });
    }

    private static Map<String, DigestAlgorithm> by(Function<DigestAlgorithm, @Nullable String> name) {
        Map<String, DigestAlgorithm> algorithms = new HashMap<>();
        for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
            String key = name.apply(algorithm);
            if (key != null) {
                algorithms.put(key, algorithm);
            }
        }
        return Map.copyOf(algorithms);
    }

    private static GatewayException malformed(String field, String value, @Nullable ParseException cause) {
        return new GatewayException(
                ErrorCode.INVALID_REQUEST,
                field + " is " + Shown.quoted(value) + "; a dictionary with " + members() + " is required.",
                cause);
    }

    private static String members() {
        return Arrays.stream(DigestAlgorithm.values())
                .map(DigestAlgorithm::dictionaryKey)
                .filter(key -> key != null)
                .map(key -> key + "=:Base64:")
                .collect(Collectors.joining(" or "));
    }
}
