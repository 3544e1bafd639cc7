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
import java.util.UUID;
import org.springframework.stereotype.Component;

/** GET and HEAD of one object. */
@Component
final class ReadEndpoint {
    /*
     * A plain GET is one call to the store. One with a range or a condition looks at the object first, decides on what
     * it saw, and then reads exactly that version; when the object was replaced between the two, it looks again.
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
        if (CONDITIONS.stream().allMatch(name -> request.getHeader(name) == null)) {
            try (Download download = downloads.open(key)) {
                describe(download.info().shownWith(shown), response);
                download.writeTo(response.getOutputStream());
            }
            return;
        }
        for (int look = 1; ; look++) {
            try {
                getAsSeen(key, store.head(key).shownWith(shown), request, response);
                return;
            } catch (ReplacedException e) {
                if (look == Tries.LOOKS) {
                    throw e.failure;
                }
            }
        }
    }

    private void getAsSeen(ObjectKey key, ObjectInfo info, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ReplacedException {
        switch (verdict(Method.GET, info, request)) {
            case Proceed(boolean rangeApplies) -> {
                List<String> lines = Fields.headers(request).apply("Range");
                String range = rangeApplies && lines.size() == 1 ? lines.getFirst() : null;
                send(key, info, RequestedRange.of(range, info.size()), response);
            }
            case NotModified _ -> notModified(info, response);
            case Failed failed -> throw failed.exception();
        }
    }

    private void send(ObjectKey key, ObjectInfo info, RequestedRange range, HttpServletResponse response)
            throws IOException, ReplacedException {
        switch (range) {
            case Whole _ -> {
                try (Download download = start(downloads.openRange(key, info, 0, info.size()))) {
                    describe(info, response);
                    download.writeTo(response.getOutputStream());
                }
            }
            case Single(ByteRange one) -> {
                try (Download download = start(downloads.openRange(key, info, one.first(), one.length()))) {
                    describe(info, response);
                    response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
                    response.setHeader("Content-Range", one.contentRange(info.size()));
                    response.setContentLengthLong(one.length());
                    download.writeTo(response.getOutputStream());
                }
            }
            case Multiple(List<ByteRange> several) -> sendSeveral(key, info, several, response);
            case Unsatisfiable none -> {
                response.setHeader("Content-Range", none.contentRange());
                throw none.exception();
            }
        }
    }

    private void sendSeveral(ObjectKey key, ObjectInfo info, List<ByteRange> ranges, HttpServletResponse response)
            throws IOException, ReplacedException {
        MultipartByteRanges frame = new MultipartByteRanges(
                UUID.randomUUID().toString().replace("-", ""), ObjectHeaders.contentType(info), info.size(), ranges);
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
                parts.get(i).writeTo(response.getOutputStream());
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

    private Verdict verdict(Method method, ObjectInfo info, HttpServletRequest request) {
        return Preconditions.of(Fields.headers(request), clock.instant()).evaluate(method, ObjectHeaders.version(info));
    }

    private static void describe(ObjectInfo info, HttpServletResponse response) {
        ObjectHeaders.write(info, response);
        response.setContentType(ObjectHeaders.contentType(info));
        response.setContentLengthLong(info.size());
    }

    static void notModified(ObjectInfo info, HttpServletResponse response) {
        ObjectHeaders.write(info, response);
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
    }

    /** The object is another version than the one that was looked at, and nothing has been sent yet. */
    private static final class ReplacedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final GatewayException failure;

        ReplacedException(GatewayException failure) {
            super(failure);
            this.failure = failure;
        }
    }
}
