package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.ByteRange;
import dev.banhmi.gateway.http.Fields;
import dev.banhmi.gateway.http.MultipartByteRanges;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Failed;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.http.Preconditions.NotModified;
import dev.banhmi.gateway.http.Preconditions.Proceed;
import dev.banhmi.gateway.http.Preconditions.Verdict;
import dev.banhmi.gateway.http.RequestedRange;
import dev.banhmi.gateway.http.RequestedRange.Multiple;
import dev.banhmi.gateway.http.RequestedRange.Single;
import dev.banhmi.gateway.http.RequestedRange.Unsatisfiable;
import dev.banhmi.gateway.http.RequestedRange.Whole;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.Tries;
import dev.banhmi.gateway.transfer.Download;
import dev.banhmi.gateway.transfer.Downloads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** GET and HEAD of one object. */
@Component
final class ReadEndpoint {
    /*
     * A plain GET is one call to the store. One with a range or a condition looks at the object first, decides on what
     * it saw, and then reads exactly that version; when the object was replaced between the two, it looks again.
     *
     * The pin to a version is the gateway's own, so that it does not hold is never the client's 412: an object that is
     * replaced faster than it can be looked at is opened first and judged by the response itself, which is of one
     * version. Ranges that are several are then one range too many, and the whole object is the response.
     */

    private static final List<String> CONDITIONS =
            List.of("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Range");

    private final ObjectStore store;
    private final Downloads downloads;
    private final Clock clock;

    ReadEndpoint(ObjectStore store, Downloads downloads, Clock clock) {
        this.store = store;
        this.downloads = downloads;
        this.clock = clock;
    }

    void head(ObjectKey key, HttpServletRequest request, HttpServletResponse response) {
        ObjectAttributes shown = ResponseOverrides.in(request.getQueryString(), clock.instant());
        ObjectInfo info = store.head(key).shownWith(shown);
        switch (verdict(Method.HEAD, info, request)) {
            case Proceed _ -> describe(info, response);
            case NotModified _ -> notModified(info, response);
            case Failed failed -> throw failed.exception();
        }
    }

    void get(ObjectKey key, HttpServletRequest request, HttpServletResponse response) throws IOException {
        ObjectAttributes shown = ResponseOverrides.in(request.getQueryString(), clock.instant());
        boolean plain = CONDITIONS.stream().allMatch(name -> request.getHeader(name) == null);
        Set<String> before = Set.copyOf(response.getHeaderNames());
        for (int look = 1; ; look++) {
            try {
                if (!plain && look <= Tries.LOOKS) {
                    getAsSeen(key, store.head(key).shownWith(shown), request, response);
                } else {
                    getAsOpened(key, shown, request, response);
                }
                return;
            } catch (ReplacedException e) {
                if (look >= Tries.LOOKS + Tries.READS_WITHOUT_A_LOOK) {
                    throw new GatewayException(
                            ErrorCode.STORE_UNAVAILABLE,
                            "The object is replaced faster than it can be read; send the request again.",
                            e);
                }
                forget(before, response);
            }
        }
    }

    /** Takes back what was said of a version of which nothing was sent. */
    private static void forget(Set<String> kept, HttpServletResponse response) {
        response.resetBuffer();
        response.setStatus(HttpServletResponse.SC_OK);
        response.setContentLengthLong(-1);
        for (String name : List.copyOf(response.getHeaderNames())) {
            if (!kept.contains(name)) {
                response.setHeader(name, null);
            }
        }
    }

    /** Looks and reads in one call to the store, whose response is of one version, whatever happens to the object. */
    private void getAsOpened(
            ObjectKey key, ObjectAttributes shown, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ReplacedException {
        Optional<String> range = singleRange(request);
        Download opened;
        try {
            opened = range.isPresent() ? downloads.openCurrentRange(key, range.get()) : downloads.open(key);
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.RANGE_NOT_SATISFIABLE) {
                refuseRange(range.orElseThrow(), store.head(key).size(), response, e);
            }
            throw e;
        }
        try (Download download = opened) {
            ObjectInfo info = download.info().shownWith(shown);
            switch (verdict(Method.GET, info, request)) {
                case Proceed _ -> {
                    describe(download, info, range, response);
                    write(download, response);
                }
                case NotModified _ -> notModified(info, response);
                case Failed failed -> throw failed.exception();
            }
        }
    }

    /** Trusts what the store says that it sends; a store may also ignore a range. */
    private static void describe(
            Download download, ObjectInfo info, Optional<String> range, HttpServletResponse response) {
        if (download.remaining() == info.size()) {
            describe(info, response);
            return;
        }
        ByteRange sent = new ByteRange(download.position(), download.position() + download.remaining() - 1);
        if (!RequestedRange.of(range.orElse(null), info.size()).equals(new Single(sent))) {
            throw new GatewayException(
                    ErrorCode.STORE_FAULT, "The store sent other bytes of the object than those requested.");
        }
        describe(sent, info, response);
    }

    /**
     * The range of a request, as it can be passed on; none when there are several, when it depends on a version, or when
     * it is malformed and so ignored.
     */
    private static Optional<String> singleRange(HttpServletRequest request) {
        List<String> lines = Fields.headers(request).apply("Range");
        if (lines.size() != 1 || request.getHeader("If-Range") != null) {
            return Optional.empty();
        }
        return Optional.ofNullable(RequestedRange.single(lines.getFirst()));
    }

    private static void refuseRange(String range, long size, HttpServletResponse response, GatewayException refusal)
            throws ReplacedException {
        if (!(RequestedRange.of(range, size) instanceof Unsatisfiable none)) {
            throw new ReplacedException(refusal);
        }
        response.setHeader("Content-Range", none.contentRange());
        throw none.exception(range);
    }

    private void getAsSeen(ObjectKey key, ObjectInfo info, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ReplacedException {
        switch (verdict(Method.GET, info, request)) {
            case Proceed(boolean rangeApplies) -> {
                List<String> lines = Fields.headers(request).apply("Range");
                String range = rangeApplies && lines.size() == 1 ? lines.getFirst() : null;
                send(key, info, range, response);
            }
            case NotModified _ -> notModified(info, response);
            case Failed failed -> throw failed.exception();
        }
    }

    private void send(ObjectKey key, ObjectInfo info, @Nullable String range, HttpServletResponse response)
            throws IOException, ReplacedException {
        switch (RequestedRange.of(range, info.size())) {
            case Whole _ -> {
                try (Download download = start(downloads.openRange(key, info, 0, info.size()))) {
                    describe(info, response);
                    write(download, response);
                }
            }
            case Single(ByteRange one) -> {
                try (Download download = start(downloads.openRange(key, info, one.first(), one.length()))) {
                    describe(one, info, response);
                    write(download, response);
                }
            }
            case Multiple(List<ByteRange> several) -> sendSeveral(key, info, several, response);
            case Unsatisfiable none -> {
                response.setHeader("Content-Range", none.contentRange());
                throw none.exception(range);
            }
        }
    }

    private void sendSeveral(ObjectKey key, ObjectInfo info, List<ByteRange> ranges, HttpServletResponse response)
            throws IOException, ReplacedException {
        MultipartByteRanges frame = ObjectHeaders.frame(info, ranges);
        List<Download> parts = new ArrayList<>();
        try {
            for (ByteRange range : ranges) {
                parts.add(downloads.openRange(key, info, range.first(), range.length()));
            }
            // Only the first is requested now: its refusal can still be reported, and no connection waits for its turn.
            start(parts.getFirst());
            ObjectHeaders.write(info, response);
            response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
            response.setContentType(frame.responseContentType());
            response.setContentLengthLong(frame.length());
            for (int i = 0; i < parts.size(); i++) {
                response.getOutputStream().write(frame.header(i));
                write(parts.get(i), response);
                parts.get(i).close();
            }
            response.getOutputStream().write(frame.end());
        } finally {
            parts.forEach(Download::close);
        }
    }

    /** Before anything is written, so that a replaced object can be looked at again. */
    private static Download start(Download download) throws ReplacedException {
        try {
            download.start();
            return download;
        } catch (GatewayException e) {
            download.close();
            if (e.code() == ErrorCode.PRECONDITION_FAILED) {
                throw new ReplacedException(e);
            }
            throw e;
        }
    }

    /** The object can also be replaced while its first bytes are read again, after the store has stopped sending. */
    private static void write(Download download, HttpServletResponse response) throws IOException, ReplacedException {
        try {
            download.writeTo(response.getOutputStream());
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.PRECONDITION_FAILED && !response.isCommitted()) {
                throw new ReplacedException(e);
            }
            throw e;
        }
    }

    private Verdict verdict(Method method, ObjectInfo info, HttpServletRequest request) {
        return Preconditions.of(Fields.headers(request), clock.instant()).evaluate(method, ObjectHeaders.version(info));
    }

    private static void describe(ObjectInfo info, HttpServletResponse response) {
        ObjectHeaders.write(info, response);
        response.setContentType(ObjectHeaders.contentType(info));
        response.setContentLengthLong(info.size());
    }

    private static void describe(ByteRange range, ObjectInfo info, HttpServletResponse response) {
        describe(info, response);
        response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
        response.setHeader("Content-Range", range.contentRange(info.size()));
        response.setContentLengthLong(range.length());
    }

    static void notModified(ObjectInfo info, HttpServletResponse response) {
        ObjectHeaders.write(info, response);
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    }

    /** The object is another version than the one that was looked at, and nothing has been sent yet. */
    private static final class ReplacedException extends Exception {

        private static final long serialVersionUID = 1L;

        ReplacedException(GatewayException failure) {
            super(failure);
        }
    }
}
