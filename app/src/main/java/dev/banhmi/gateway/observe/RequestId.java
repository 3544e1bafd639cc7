package dev.banhmi.gateway.observe;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Enumeration;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The id of a request: in {@code X-Request-Id} of its response, and in every line of the log that is written on its
 * behalf, in whatever thread. It is the caller's own where the request has exactly one {@code X-Request-Id} of 1 to 128
 * letters, digits and {@code -._~:/+=@}, else a new one of 32 hexadecimal digits.
 */
public final class RequestId {
    /*
     * In the log it is a value of SLF4J's diagnostic context, which belongs to a thread: RequestIdValve sets it in the
     * thread that serves the request, and whatever starts another one for it carries it there. It does not inherit
     * itself, because a thread that outlives the request would keep the wrong one.
     *
     * The characters are those of UUIDs, ULIDs, base64 and the ids of common proxies; none of them ends a line, a
     * quoted string or a field of a log.
     */

    /** The field of requests and responses. */
    public static final String HEADER = "X-Request-Id";

    /** The key in the diagnostic context, {@code %X{requestId}} in the pattern of the log. */
    static final String CONTEXT_KEY = "requestId";

    private static final String ATTRIBUTE = RequestId.class.getName();

    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._~:/+=@-]{1,128}");

    private RequestId() {}

    /**
     * The id of a request, decided when it is first needed.
     *
     * @param request as it arrived, or wrapped
     * @return 1 to 128 characters
     */
    static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String id = from(request.getHeaders(HEADER));
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    /**
     * Puts the id into a response whose headers were discarded.
     *
     * @param request the one responded to
     * @param response not committed
     */
    public static void show(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader(HEADER, of(request));
    }

    /** The caller's id if there is one to take over, else a new one. A value that Tomcat could not read is null. */
    static String from(Enumeration<String> sent) {
        if (sent.hasMoreElements()) {
            @Nullable String id = sent.nextElement();
            if (id != null && !sent.hasMoreElements() && SANE.matcher(id).matches()) {
                return id;
            }
        }
        return create();
    }

    /**
     * A new id, for what does not become a request.
     *
     * @return 32 hexadecimal digits
     */
    public static String create() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return String.format("%016x%016x", random.nextLong(), random.nextLong());
    }

    /**
     * Writes the log on behalf of a request in a thread that does not serve it.
     *
     * @param request as it arrived, or wrapped
     * @param work run at once
     */
    public static void during(HttpServletRequest request, Runnable work) {
        during(of(request), work);
    }

    static void during(String id, Runnable work) {
        String before = swap(id);
        try {
            work.run();
        } finally {
            swap(before);
        }
    }

    /**
     * Work that another thread does for the request that this thread serves.
     *
     * @param work whose lines of the log belong to it
     * @return the same work, with the id of this thread, or none
     */
    public static Runnable carried(Runnable work) {
        String id = MDC.get(CONTEXT_KEY);
        return () -> {
            String before = swap(id);
            try {
                work.run();
            } finally {
                swap(before);
            }
        };
    }

    /**
     * Work that another thread does for the request that this thread serves.
     *
     * @param <T> what it results in
     * @param work whose lines of the log belong to it
     * @return the same work, with the id of this thread, or none
     */
    public static <T extends @Nullable Object> Callable<T> carried(Callable<T> work) {
        String id = MDC.get(CONTEXT_KEY);
        return () -> {
            String before = swap(id);
            try {
                return work.call();
            } finally {
                swap(before);
            }
        };
    }

    /**
     * Sets the id of this thread.
     *
     * @param id null for none
     * @return the one before, to be set again
     */
    static @Nullable String swap(@Nullable String id) {
        String before = MDC.get(CONTEXT_KEY);
        if (id == null) {
            MDC.remove(CONTEXT_KEY);
        } else {
            MDC.put(CONTEXT_KEY, id);
        }
        return before;
    }
}
