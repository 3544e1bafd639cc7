package dev.banhmi.gateway.object;

import dev.banhmi.gateway.access.Method;
import dev.banhmi.gateway.access.ObjectName;
import dev.banhmi.gateway.access.Route;
import dev.banhmi.gateway.access.Route.BucketList;
import dev.banhmi.gateway.access.Route.Deletion;
import dev.banhmi.gateway.access.Route.Health;
import dev.banhmi.gateway.access.Route.LegacyIncomplete;
import dev.banhmi.gateway.access.Route.LegacyNamed;
import dev.banhmi.gateway.access.Route.LegacyUpload;
import dev.banhmi.gateway.access.Route.Listing;
import dev.banhmi.gateway.access.Route.Malformed;
import dev.banhmi.gateway.access.Route.Named;
import dev.banhmi.gateway.access.Route.Probe;
import dev.banhmi.gateway.access.Route.Unowned;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.error.Shown;
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
import java.util.stream.Collectors;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

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
     * A filter and not a controller, because Spring's router would fold, strip or decode the target that the route was
     * read from, and choose by that.
     */

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
        return !Route.of(request).belongsToV1();
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
        Route route = Route.of(request);
        switch (route) {
            case BucketList _ -> {
                requireMethod("The list of buckets has GET, HEAD", route, request, response);
                ObjectRequest.LIST_BUCKETS.require(request);
                lists.listBuckets(request, response);
            }
            case Listing(String bucketName) -> {
                Bucket bucket = buckets.require(bucketName);
                requireMethod("A bucket has GET, HEAD, and POST with ?delete", route, request, response);
                if (request.getMethod().equals("POST")) {
                    throw notAllowed("A bucket has GET, HEAD, and POST with ?delete", route, request, response);
                }
                ObjectRequest.LIST.require(request);
                lists.list(bucket, request, response);
            }
            case Deletion(String bucketName) -> {
                Bucket bucket = buckets.require(bucketName);
                requireMethod("A bucket with ?delete has POST", route, request, response);
                ObjectRequest.DELETE_MANY.require(request);
                deletions.delete(bucket, request, response);
            }
            case Named(String bucketName, ObjectName name) -> {
                Bucket bucket = buckets.require(bucketName);
                requireMethod("An object has GET, HEAD, PUT, DELETE", route, request, response);
                serve(bucket, name, request, response);
            }
            case Malformed(GatewayException reason) -> throw reason;
            case Unowned _ ->
                throw new GatewayException(
                        ErrorCode.RESOURCE_NOT_FOUND,
                        "The path " + Shown.quoted(request.getRequestURI()) + " does not start with " + Route.ROOT
                                + ".");
            case Probe _, Health _, LegacyNamed _, LegacyIncomplete _, LegacyUpload _ ->
                throw new IllegalStateException("a route of another API: " + route);
        }
    }

    private void serve(Bucket bucket, ObjectName name, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
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

    private static void requireMethod(
            String has, Route route, HttpServletRequest request, HttpServletResponse response) {
        if (!route.methods().contains(Method.of(request.getMethod()))) {
            throw notAllowed(has, route, request, response);
        }
    }

    private static GatewayException notAllowed(
            String has, Route route, HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", route.methods().stream().map(Method::name).collect(Collectors.joining(", ")));
        return new GatewayException(ErrorCode.METHOD_NOT_ALLOWED, has + ", not " + request.getMethod() + ".");
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
