package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.object.ObjectPath.BucketList;
import dev.banhmi.gateway.object.ObjectPath.Listing;
import dev.banhmi.gateway.object.ObjectPath.Named;
import dev.banhmi.gateway.observe.FailureLog;
import dev.banhmi.gateway.server.ExactContentType;
import dev.banhmi.gateway.server.FilterOrder;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Buckets;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * The entry to the {@code /v1} API: everything whose path starts with {@code /v1/} ends here, so that no spelling
 * reaches another route.
 *
 * Failures become problems, unless a byte of the response has been sent: then the exception is passed on to the filter
 * in front, which closes the connection, so that the client sees that its object is incomplete.
 */
@Component
final class ObjectFilter extends OncePerRequestFilter implements Ordered {
    /*
     * A filter and not a controller, because the name must be cut from the raw request target before any router folds,
     * strips or decodes it.
     */

    private static final String API = "/v1/";
    private static final String ANY = "/v1/**";
    private static final String BUCKET = ObjectPath.ROOT + "{bucket}";
    private static final String OBJECT = BUCKET + "/{name}";

    private static final List<String> METHODS = List.of("GET", "HEAD", "PUT", "DELETE");

    private final Buckets buckets;
    private final ReadEndpoint reads;
    private final WriteEndpoint writes;
    private final CopyEndpoint copies;
    private final ListEndpoint lists;
    private final DeleteManyEndpoint deletions;
    private final OffloadEndpoint offloads;

    ObjectFilter(
            Buckets buckets,
            ReadEndpoint reads,
            WriteEndpoint writes,
            CopyEndpoint copies,
            ListEndpoint lists,
            DeleteManyEndpoint deletions,
            OffloadEndpoint offloads) {
        this.buckets = buckets;
        this.reads = reads;
        this.writes = writes;
        this.copies = copies;
        this.lists = lists;
        this.deletions = deletions;
        this.offloads = offloads;
    }

    @Override
    public int getOrder() {
        return FilterOrder.OBJECTS.order();
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String target = request.getRequestURI();
        return !target.startsWith(API) && !target.equals("/v1");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse servers, FilterChain chain)
            throws ServletException, IOException {
        HttpServletResponse response = ExactContentType.in(servers, request);
        try {
            route(request, response);
        } catch (GatewayException e) {
            if (!response.isCommitted() || isToldByTheServer(request, e)) {
                FailureLog.told(request, e, e.code().status());
            }
            respond(Problem.of(e), e, request, response);
        } catch (RuntimeException e) {
            FailureLog.fault(request, e);
            respond(
                    new Problem(ErrorCode.INTERNAL, "The gateway has a fault; its log says more."),
                    e,
                    request,
                    response);
        }
    }

    private void route(HttpServletRequest request, HttpServletResponse response) throws IOException {
        measureAs(ANY, request);
        switch (ObjectPath.parse(request.getRequestURI())) {
            case BucketList _ -> {
                measureAs(ObjectPath.BUCKETS, request);
                switch (request.getMethod()) {
                    case "GET", "HEAD" -> {
                        ObjectRequest.LIST_BUCKETS.require(request);
                        lists.listBuckets(request, response);
                    }
                    default -> throw notAllowed("The list of buckets", "GET, HEAD", request, response);
                }
            }
            case Listing(String bucketName) -> {
                measureAs(BUCKET, request);
                Bucket bucket = buckets.require(bucketName);
                if (DeleteManyEndpoint.isAskedFor(request.getQueryString())) {
                    if (!request.getMethod().equals("POST")) {
                        throw notAllowed("A bucket with ?delete", "POST", request, response);
                    }
                    ObjectRequest.DELETE_MANY.require(request);
                    deletions.delete(bucket, request, response);
                    return;
                }
                switch (request.getMethod()) {
                    case "GET", "HEAD" -> {
                        ObjectRequest.LIST.require(request);
                        lists.list(bucket, request, response);
                    }
                    default -> {
                        response.setHeader("Allow", "GET, HEAD, POST");
                        throw new GatewayException(
                                ErrorCode.METHOD_NOT_ALLOWED,
                                "A bucket has GET, HEAD, and POST with ?delete, not " + request.getMethod() + ".");
                    }
                }
            }
            case Named(String bucketName, ObjectName name) -> {
                measureAs(OBJECT, request);
                Bucket bucket = buckets.require(bucketName);
                if (!METHODS.contains(request.getMethod())) {
                    throw notAllowed("An object", String.join(", ", METHODS), request, response);
                }
                ObjectRequest kind = ObjectRequest.of(request);
                kind.require(request);
                if (OffloadEndpoint.isAskedFor(request.getQueryString())) {
                    offloads.respond(bucket, name, request, response);
                    return;
                }
                switch (kind) {
                    case GET -> reads.get(bucket.key(name.value()), request, response);
                    case HEAD -> reads.head(bucket.key(name.value()), request, response);
                    case PUT -> writes.put(bucket, name, request, response);
                    case COPY -> copies.copy(bucket, name, request, response);
                    case DELETE -> writes.delete(bucket.key(name.value()), request, response);
                    case LIST_BUCKETS, LIST, DELETE_MANY ->
                        throw new IllegalStateException("a request for an object is none of a bucket's");
                }
            }
        }
    }

    /**
     * Metrics have one series for all objects; without a template they would share one with all that is not found or
     * redirected.
     */
    private static void measureAs(String template, HttpServletRequest request) {
        ServerHttpObservationFilter.findObservationContext(request)
                .ifPresent(observed -> observed.setPathPattern(template));
    }

    private static GatewayException notAllowed(
            String what, String allowed, HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", allowed);
        return new GatewayException(
                ErrorCode.METHOD_NOT_ALLOWED, what + " has " + allowed + ", not " + request.getMethod() + ".");
    }

    /** Whether a filter in front has made it what the refusal of a body that broke off says. */
    private static boolean isToldByTheServer(HttpServletRequest request, RuntimeException failure) {
        return failure.equals(request.getAttribute(RequestDispatcher.ERROR_EXCEPTION));
    }

    private static <E extends RuntimeException> void respond(
            Problem problem, E failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IOException
                || isToldByTheServer(request, failure)) {
            // A body that breaks off is refused by Tomcat itself the moment it is read; nothing can be added.
            return;
        }
        if (response.isCommitted()) {
            throw failure;
        }
        problem.writeTo(request, response);
    }
}
