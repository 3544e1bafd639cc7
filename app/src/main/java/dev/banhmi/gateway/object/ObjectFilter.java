package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.error.Problem;
import dev.banhmi.gateway.object.ObjectPath.Listing;
import dev.banhmi.gateway.object.ObjectPath.Named;
import dev.banhmi.gateway.store.Bucket;
import dev.banhmi.gateway.store.Buckets;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/*
 * The door of the /v1 API. It is a filter and not a controller, because a name has to be cut from the raw request target, before
 * any router folds, strips or decodes it; and whatever starts with /v1/ ends here, so that no spelling reaches another route.
 *
 * Failures become problems, unless a byte of the answer is out already: then the exception goes on to the container, which
 * closes the connection, so that the client sees that its object is not whole.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 100)
final class ObjectFilter extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(ObjectFilter.class);

    private static final String API = "/v1/";

    private final Buckets buckets;
    private final ReadEndpoint reads;
    private final WriteEndpoint writes;
    private final ListEndpoint lists;

    ObjectFilter(Buckets buckets, ReadEndpoint reads, WriteEndpoint writes, ListEndpoint lists) {
        this.buckets = buckets;
        this.reads = reads;
        this.writes = writes;
        this.lists = lists;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String target = request.getRequestURI();
        return !target.startsWith(API) && !target.equals("/v1");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            route(request, response);
        } catch (GatewayException e) {
            if (e.code().status() >= 500) {
                log.warn("{} {}: {}", request.getMethod(), request.getRequestURI(), e.getMessage(), e);
            }
            answer(Problem.of(e), e, request, response);
        } catch (RuntimeException e) {
            log.error("fault in {} {}", request.getMethod(), request.getRequestURI(), e);
            answer(
                    new Problem(ErrorCode.INTERNAL, "The gateway has a fault; its log says more."),
                    e,
                    request,
                    response);
        }
    }

    private void route(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (ObjectPath.parse(request.getRequestURI())) {
            case Listing(String bucketName) -> {
                Bucket bucket = buckets.require(bucketName);
                if (!request.getMethod().equals("GET")) {
                    throw notAllowed("A bucket", "GET", request, response);
                }
                lists.list(bucket, request, response);
            }
            case Named(String bucketName, ObjectName name) -> {
                Bucket bucket = buckets.require(bucketName);
                switch (request.getMethod()) {
                    case "GET" -> reads.get(bucket.key(name.value()), request, response);
                    case "HEAD" -> reads.head(bucket.key(name.value()), request, response);
                    case "PUT" -> writes.put(bucket, name, request, response);
                    case "DELETE" -> writes.delete(bucket.key(name.value()), request, response);
                    default -> throw notAllowed("An object", "GET, HEAD, PUT, DELETE", request, response);
                }
            }
        }
    }

    private static GatewayException notAllowed(
            String what, String allowed, HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Allow", allowed);
        return new GatewayException(
                ErrorCode.METHOD_NOT_ALLOWED, what + " has " + allowed + ", not " + request.getMethod() + ".");
    }

    private static <E extends RuntimeException> void answer(
            Problem problem, E failure, HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof IOException) {
            // A body that breaks off is refused by Tomcat itself, with 400, the moment it is read; nothing can be
            // added.
            return;
        }
        if (response.isCommitted()) {
            throw failure;
        }
        problem.writeTo(request, response);
    }
}
