package dev.banhmi.testkit.aws;

import java.time.Duration;
import java.util.Map;

/** How an API can fail, on the wire of each service. */
public enum Fault {
    /** Too many calls. */
    THROTTLED(400, "ThrottlingException", "Throttling"),
    /** The service fails. */
    INTERNAL_ERROR(500, "ServerException", "InternalFailure"),
    /** The service is away. */
    UNAVAILABLE(503, "ServiceUnavailableException", "ServiceUnavailable"),
    /** The caller lacks the permission. */
    ACCESS_DENIED(400, "AccessDeniedException", "AccessDenied"),
    /** A page of an intermediary, which even parses as XML. */
    FOREIGN_PAGE(200, "", "") {
        @Override
        WireServer.Response ecs() {
            return new WireServer.Response.Http(200, HTML, PAGE);
        }

        @Override
        WireServer.Response autoScaling() {
            return new WireServer.Response.Http(200, HTML, PAGE);
        }
    },
    /** A response of the right form with nothing in it. */
    HOLLOW(200, "", "") {
        @Override
        WireServer.Response ecs() {
            return new WireServer.Response.Http(200, Map.of("Content-Type", "application/x-amz-json-1.1"), "{}");
        }

        @Override
        WireServer.Response autoScaling() {
            return new WireServer.Response.Http(200, Map.of("Content-Type", "text/xml"), "");
        }
    },
    /** The connection is reset. */
    RESET(0, "", "") {
        @Override
        WireServer.Response ecs() {
            return new WireServer.Response.Reset();
        }

        @Override
        WireServer.Response autoScaling() {
            return new WireServer.Response.Reset();
        }
    },
    /** No response comes. */
    SILENT(0, "", "") {
        @Override
        WireServer.Response ecs() {
            return new WireServer.Response.Silence(Duration.ofSeconds(30));
        }

        @Override
        WireServer.Response autoScaling() {
            return new WireServer.Response.Silence(Duration.ofSeconds(30));
        }
    };

    private static final Map<String, String> HTML = Map.of("Content-Type", "text/html");
    private static final String PAGE = "<html><body>It works!</body></html>";

    private final int status;
    private final String ecsCode;
    private final String autoScalingCode;

    Fault(int status, String ecsCode, String autoScalingCode) {
        this.status = status;
        this.ecsCode = ecsCode;
        this.autoScalingCode = autoScalingCode;
    }

    WireServer.Response ecs() {
        return new WireServer.Response.Http(
                status,
                Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", "fault"),
                "{\"__type\":\"" + ecsCode + "\",\"message\":\"injected\"}");
    }

    WireServer.Response autoScaling() {
        return AutoScalingFake.error(status, autoScalingCode, "injected");
    }
}
