package dev.banhmi.gateway.legacy;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.observe.FailureLog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.bind.annotation.RestController;

/** Responds to every path that belongs to no API. */
@RestController
final class UnownedPathController {

    static final LegacyResponse NOT_FOUND =
            new LegacyResponse(404, LegacyResponse.ordered("status", "error", "payload", "Resource not found"));

    UnownedPathController() {}

    /** Names all methods, because Spring would otherwise handle OPTIONS itself. */
    @RequestMapping(
            path = "/**",
            method = {
                RequestMethod.GET,
                RequestMethod.HEAD,
                RequestMethod.POST,
                RequestMethod.PUT,
                RequestMethod.PATCH,
                RequestMethod.DELETE,
                RequestMethod.OPTIONS
            })
    void notFound(HttpServletRequest request, HttpServletResponse response) throws IOException {
        FailureLog.remember(request, ErrorCode.RESOURCE_NOT_FOUND);
        NOT_FOUND.writeTo(response);
    }
}
