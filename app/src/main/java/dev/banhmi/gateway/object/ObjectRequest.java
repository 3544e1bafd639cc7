package dev.banhmi.gateway.object;

import dev.banhmi.gateway.digest.DigestAlgorithm;
import dev.banhmi.gateway.digest.PayloadHash;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Shown;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.http.QueryParameters;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What each kind of request may ask for, of the header fields and query parameters that S3 has. Everything else of
 * that kind is refused by its name: ignored, {@code x-amz-tagging} would lose tags, {@code ?partNumber=2} on a PUT would
 * replace the whole object by one part, and {@code ?versionId=} would delete another version than was meant.
 */
@SuppressWarnings("ImmutableEnumChecker") // its lists are, which their type does not say
enum ObjectRequest {
    /** GET or HEAD of the list of buckets. */
    LIST_BUCKETS(List.of(), List.of()),
    /** GET or HEAD of a bucket. */
    LIST(List.of(), List.of("prefix", "delimiter", "limit", "cursor")),
    /** POST of names to delete. */
    DELETE_MANY(Names.checksums(), List.of("delete")),
    /** GET of an object. */
    GET(Names.OF_A_READ, Names.of(List.of(Names.OFFLOAD), ResponseOverrides.PARAMETERS)),
    /** HEAD of an object. */
    HEAD(Names.OF_A_READ, Names.of(List.of(Names.OFFLOAD), ResponseOverrides.PARAMETERS)),
    /** PUT of an object with its bytes. */
    PUT(Names.of(Names.OF_A_WRITE, Names.checksums()), List.of(Names.OFFLOAD)),
    /** PUT of an object whose bytes are those of another. */
    COPY(Names.of(CopyRequest.FIELDS, Names.OF_A_WRITE), List.of(Names.OFFLOAD)),
    /** DELETE of an object. */
    DELETE(List.of(), List.of(Names.OFFLOAD));

    private final List<String> fields;
    private final List<String> parameters;

    ObjectRequest(List<String> fields, List<String> parameters) {
        this.fields = fields;
        this.parameters = parameters;
    }

    /** The kind of a request for an object, whose method is one of these. */
    static ObjectRequest of(HttpServletRequest request) {
        ObjectRequest byMethod = valueOf(request.getMethod());
        return byMethod == PUT && CopyEndpoint.isAskedFor(request) ? COPY : byMethod;
    }

    private boolean writes() {
        return this == PUT || this == COPY;
    }

    private boolean hasBody() {
        return this == PUT || this == DELETE_MANY;
    }

    /**
     * Refuses what is not supported.
     *
     * @throws GatewayException {@code UNSUPPORTED} with its name and what is supported, or {@code INVALID_REQUEST} when
     *     the query cannot be read
     */
    void require(HttpServletRequest request) {
        QueryParameters.of(request.getQueryString()).byName().forEach((name, value) -> {
            if (!parameters.contains(name) && !name.equals(Names.SDK_OPERATION)) {
                throw unsupported("The query parameter " + Shown.quoted(name) + insteadOf(name), parameters);
            }
        });
        Function<String, List<String>> headers = Fields.headers(request);
        for (String name : Fields.names(request)) {
            requireField(name.toLowerCase(Locale.ROOT), headers);
        }
        if (hasBody()) {
            headers.apply("Trailer").stream()
                    .flatMap(line -> Stream.of(line.split(",", -1)))
                    .map(String::strip)
                    .filter(name -> !name.isEmpty())
                    .forEach(ObjectRequest::requireTrailer);
            requireChecksum(headers);
        } else {
            PayloadHash.requireOfNothing(headers);
        }
    }

    /** S3's own parameters of a listing have others here, which their names do not show. */
    private String insteadOf(String parameter) {
        String instead = this == LIST ? Names.INSTEAD_OF_S3_LISTING.get(parameter) : null;
        return instead == null ? "" : " (" + instead + ")";
    }

    private void requireField(String name, Function<String, List<String>> headers) {
        if (name.equals("digest") && (writes() || hasBody())) {
            throw new GatewayException(
                    ErrorCode.UNSUPPORTED,
                    "Digest is not supported, because RFC 9530 made it obsolete; Content-Digest and Repr-Digest are.");
        }
        if (!name.startsWith(Names.PREFIX) || Names.OF_THE_SENDER.contains(name)) {
            return;
        }
        boolean kept = writes() && name.startsWith(UserMetadata.PREFIX);
        if (!kept && !fields.contains(name)) {
            throw unsupported("The header field " + Shown.quoted(name), fields);
        }
        String only = Names.onlyValueOf(name);
        if (only != null && !headers.apply(name).equals(List.of(only))) {
            throw new GatewayException(
                    ErrorCode.UNSUPPORTED,
                    name + " is " + Shown.quoted(String.join(", ", headers.apply(name))) + "; only " + only
                            + " is supported.");
        }
    }

    /**
     * The trailers that have come behind a body that was read to its end.
     *
     * @throws GatewayException {@code UNSUPPORTED} for one that carries no digest, whether it was announced or not
     */
    static Function<String, List<String>> trailers(HttpServletRequest request) {
        request.getTrailerFields().keySet().forEach(ObjectRequest::requireTrailer);
        return Fields.trailers(request);
    }

    private static void requireTrailer(String name) {
        if (!DigestAlgorithm.fields().contains(name.toLowerCase(Locale.ROOT))) {
            throw unsupported("The trailer " + Shown.quoted(name), DigestAlgorithm.fields());
        }
    }

    /** As S3 does, because a client that names an algorithm relies on a value that is compared. */
    private static void requireChecksum(Function<String, List<String>> headers) {
        for (String algorithm : headers.apply(Names.SDK_ALGORITHM)) {
            String name = algorithm.strip().toLowerCase(Locale.ROOT);
            if (!DigestAlgorithm.s3Names().contains(name)) {
                throw unsupported(Names.SDK_ALGORITHM + " " + Shown.quoted(algorithm), DigestAlgorithm.s3Names());
            }
            String field = DigestAlgorithm.s3Field(name);
            boolean follows = headers.apply("Trailer").stream()
                    .anyMatch(line -> line.toLowerCase(Locale.ROOT).contains(field));
            if (headers.apply(field).isEmpty() && !follows) {
                throw new GatewayException(
                        ErrorCode.INVALID_REQUEST,
                        Names.SDK_ALGORITHM + " is " + Shown.quoted(algorithm) + ", but there is no " + field
                                + ", neither as header nor announced as trailer.");
            }
        }
    }

    private static GatewayException unsupported(String what, List<String> supported) {
        String rest = supported.isEmpty()
                ? "; this request has none of its kind."
                : "; supported here: " + String.join(", ", supported) + ".";
        return new GatewayException(ErrorCode.UNSUPPORTED, what + " is not supported" + rest);
    }

    /** Apart, because an enum's constants are built before its own static fields. */
    private static final class Names {

        private static final String PREFIX = "x-amz-";

        private static final String OFFLOAD = "offload";

        /** What the AWS SDKs add to tell operations apart in logs ({@code x-id=GetObject}). */
        private static final String SDK_OPERATION = "x-id";

        private static final String SDK_ALGORITHM = "x-amz-sdk-checksum-algorithm";
        private static final String CHECKSUM_MODE = "x-amz-checksum-mode";
        private static final String STORAGE_CLASS = "x-amz-storage-class";

        /**
         * Who sent it, and how it was signed, which says nothing about the object. CloudFront adds
         * {@code x-amz-cf-id} to every request.
         */
        private static final Set<String> OF_THE_SENDER =
                Set.of(PayloadHash.FIELD, "x-amz-cf-id", "x-amz-date", "x-amz-security-token", "x-amz-user-agent");

        /** The checksums that the store keeps are always returned, so the mode that asks for them is granted. */
        private static final List<String> OF_A_READ = List.of(CHECKSUM_MODE);

        private static final List<String> OF_A_WRITE = List.of(UserMetadata.PREFIX + "*", STORAGE_CLASS);

        private static final Map<String, String> INSTEAD_OF_S3_LISTING = Map.of(
                "continuation-token", "use cursor",
                "encoding-type", "names are JSON strings",
                "marker", "use cursor",
                "max-keys", "use limit",
                "start-after", "use cursor",
                "uploads", "unfinished uploads are not listed",
                "versions", "versions are not listed");

        private static List<String> checksums() {
            return of(
                    DigestAlgorithm.s3Names().stream()
                            .map(DigestAlgorithm::s3Field)
                            .toList(),
                    List.of(SDK_ALGORITHM));
        }

        private static List<String> of(List<String> some, List<String> more) {
            return Stream.concat(some.stream(), more.stream()).toList();
        }

        private static @Nullable String onlyValueOf(String field) {
            return switch (field) {
                case CHECKSUM_MODE -> "ENABLED";
                case STORAGE_CLASS -> "STANDARD";
                default -> null;
            };
        }
    }
}
