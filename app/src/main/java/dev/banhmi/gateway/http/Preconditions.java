package dev.banhmi.gateway.http;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The conditional headers of a request (RFC 9110, section 13), and their verdict in that RFC's precedence (13.2.2).
 * Immutable.
 *
 * <p>A verdict on what a HEAD of the store showed may be out of date at once. A write therefore goes to the store with
 * a {@link Guard} under which it succeeds only while the version that was judged is still current.
 *
 * @param ifMatch {@code null} when absent, like all others
 * @param ifNoneMatch which versions {@code If-None-Match} names
 * @param ifModifiedSince also {@code null} when it is not a date: such a header is ignored
 * @param ifUnmodifiedSince also {@code null} when it is not a date: such a header is ignored
 * @param ifRange the condition under which a range is wanted
 */
public record Preconditions(
        EntityTag.@Nullable Condition ifMatch,
        EntityTag.@Nullable Condition ifNoneMatch,
        @Nullable Instant ifModifiedSince,
        @Nullable Instant ifUnmodifiedSince,
        @Nullable IfRange ifRange) {

    /** What the conditions on the source of a copy start with. */
    private static final String SOURCE = "x-amz-copy-source-";

    /** What the request does. */
    public enum Method {
        /** Reads. */
        GET,
        /** Reads nothing but the headers. */
        HEAD,
        /** Writes. */
        PUT,
        /** Removes. */
        DELETE;

        boolean isRead() {
            return this == GET || this == HEAD;
        }
    }

    /**
     * The version of an object that the store has.
     *
     * @param etag of this version
     * @param lastModified {@code null} when the store does not say; dates are then ignored
     */
    public record Version(EntityTag etag, @Nullable Instant lastModified) {

        /** Cuts the time to whole seconds. */
        public Version {
            // HTTP knows whole seconds only, and a date that a client sends back must equal the one it got.
            lastModified = lastModified == null ? null : lastModified.truncatedTo(ChronoUnit.SECONDS);
        }
    }

    /** What the conditions say. */
    public sealed interface Verdict {}

    /**
     * The request proceeds.
     *
     * @param rangeApplies whether {@code Range}, if present, is honoured: on GET, unless {@code If-Range} does not hold
     */
    public record Proceed(boolean rangeApplies) implements Verdict {}

    /** The client has this version: 304. */
    public record NotModified() implements Verdict {}

    /**
     * A condition does not hold: 412.
     *
     * @param field the header
     * @param reason a sentence for the caller
     */
    public record Failed(String field, String reason) implements Verdict {

        /**
         * The refusal.
         *
         * @return {@code PRECONDITION_FAILED}
         */
        public GatewayException exception() {
            return new GatewayException(ErrorCode.PRECONDITION_FAILED, field + " does not hold: " + reason);
        }
    }

    /** What a write asks the store to check at the moment of the write. */
    public sealed interface Guard {}

    /** Nothing: the last writer wins. */
    public record Unguarded() implements Guard {}

    /** That there is no object: {@code If-None-Match: *}. */
    public record IfAbsent() implements Guard {}

    /**
     * That there is this version: {@code If-Match}.
     *
     * @param etag of the version
     */
    public record IfVersion(EntityTag etag) implements Guard {}

    /**
     * What {@code If-Range} names; it never holds when it is malformed, so both are {@code null} then.
     *
     * @param etag compared strongly
     * @param date compared for equality
     */
    public record IfRange(
            @Nullable EntityTag etag, @Nullable Instant date) {
        boolean holds(Version current) {
            return etag != null
                    ? etag.matchesStrongly(current.etag())
                    : date != null && date.equals(current.lastModified());
        }
    }

    /**
     * Reads the headers.
     *
     * @param fields all values of a header by its name, in order; empty when it is absent
     * @param now for years of two digits
     * @return the conditions
     * @throws GatewayException {@code INVALID_REQUEST} when {@code If-Match} or {@code If-None-Match} is malformed
     */
    public static Preconditions of(Function<String, List<String>> fields, Instant now) {
        return new Preconditions(
                tags("If-Match", fields),
                tags("If-None-Match", fields),
                date("If-Modified-Since", fields, now),
                date("If-Unmodified-Since", fields, now),
                ifRange(fields.apply("If-Range"), now));
    }

    /**
     * Reads the conditions that S3 has on the source of a copy, which mean the same as those of a read.
     *
     * @param fields all values of a header by its name, in order; empty when it is absent
     * @param now for years of two digits
     * @return the conditions
     * @throws GatewayException {@code INVALID_REQUEST} when one that names versions is malformed
     */
    public static Preconditions ofCopySource(Function<String, List<String>> fields, Instant now) {
        return new Preconditions(
                tags(SOURCE + "if-match", fields),
                tags(SOURCE + "if-none-match", fields),
                date(SOURCE + "if-modified-since", fields, now),
                date(SOURCE + "if-unmodified-since", fields, now),
                null);
    }

    /**
     * The verdict.
     *
     * @param method what the request does
     * @param current {@code null} when there is no object. A read of that is 404 whatever the conditions say (13.2.1),
     *     and proceeds here
     * @return how to proceed
     */
    public Verdict evaluate(Method method, @Nullable Version current) {
        if (current == null) {
            return method.isRead() || ifMatch == null
                    ? new Proceed(false)
                    : new Failed("If-Match", "there is no object with this name.");
        }
        Instant lastModified = current.lastModified();
        if (ifMatch != null) {
            if (!ifMatch.namesStrongly(current.etag())) {
                return new Failed("If-Match", "the object is another version.");
            }
        } else if (ifUnmodifiedSince != null && lastModified != null && lastModified.isAfter(ifUnmodifiedSince)) {
            return new Failed(
                    "If-Unmodified-Since", "the object was modified on " + HttpDate.format(lastModified) + ".");
        }
        if (ifNoneMatch != null) {
            if (ifNoneMatch.namesWeakly(current.etag())) {
                return method.isRead()
                        ? new NotModified()
                        : new Failed(
                                "If-None-Match",
                                ifNoneMatch.any()
                                        ? "there is an object with this name."
                                        : "the object is a version named there.");
            }
        } else if (method.isRead()
                && ifModifiedSince != null
                && lastModified != null
                && !lastModified.isAfter(ifModifiedSince)) {
            return new NotModified();
        }
        return new Proceed(method == Method.GET && (ifRange == null || ifRange.holds(current)));
    }

    /**
     * Whether a write depends on the object that is there.
     *
     * @return true with a condition that a write honours
     */
    public boolean guardsWrites() {
        return ifMatch != null || ifNoneMatch != null || ifUnmodifiedSince != null;
    }

    /**
     * The condition that binds a write to its verdict. It can fail even though another version would also have
     * satisfied the conditions: the caller may then look and decide again.
     *
     * @param current the version that {@link #evaluate} judged
     * @return what to ask of the store
     */
    public Guard guard(@Nullable Version current) {
        if (!guardsWrites()) {
            return new Unguarded();
        }
        return current == null ? new IfAbsent() : new IfVersion(current.etag());
    }

    private static EntityTag.@Nullable Condition tags(String field, Function<String, List<String>> fields) {
        List<String> values = fields.apply(field);
        return values.isEmpty() ? null : EntityTag.parse(field, String.join(",", values));
    }

    private static @Nullable Instant date(String field, Function<String, List<String>> fields, Instant now) {
        List<String> values = fields.apply(field);
        return values.size() == 1 ? HttpDate.parse(values.getFirst().strip(), now) : null;
    }

    private static @Nullable IfRange ifRange(List<String> values, Instant now) {
        if (values.isEmpty()) {
            return null;
        }
        String value = values.getFirst().strip();
        // Every form of a date has spaces in it, and a tag without its quotes has none.
        boolean isTag = value.startsWith("\"") || value.startsWith("W/") || value.indexOf(' ') < 0;
        if (values.size() > 1) {
            return new IfRange(null, null);
        }
        if (!isTag) {
            return new IfRange(null, HttpDate.parse(value, now));
        }
        try {
            List<EntityTag> tags = EntityTag.parse("If-Range", value).tags();
            return new IfRange(tags.size() == 1 ? tags.getFirst() : null, null);
        } catch (GatewayException e) {
            // Unlike the other conditions it protects nothing: the whole object is always a correct response.
            return new IfRange(null, null);
        }
    }
}
