package dev.banhmi.gateway.observe;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Gives every request its id, in the response and in the log of the thread that serves it. A valve and not a filter,
 * because what Tomcat refuses by itself never reaches a filter.
 */
final class RequestIdValve extends ValveBase {

    RequestIdValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        String before = RequestId.swap(RequestId.of(request));
        try {
            RequestId.show(request, response);
            getNext().invoke(request, response);
        } finally {
            RequestId.swap(before);
        }
    }
}
