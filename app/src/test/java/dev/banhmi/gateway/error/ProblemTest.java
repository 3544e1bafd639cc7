package dev.banhmi.gateway.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ProblemTest {

    /** What an endpoint may have said before it failed. */
    private static final Set<String> OF_THE_OBJECT = Set.of(
            "Accept-Ranges",
            "Cache-Control",
            "Content-Disposition",
            "Content-Encoding",
            "Content-Language",
            "Content-Range",
            "ETag",
            "Expires",
            "Last-Modified",
            "Location",
            "x-amz-checksum-crc32c",
            "x-amz-meta-color");

    @ParameterizedTest
    @EnumSource
    void saysNothingOfTheObjectButItsLengthWhereARangeIsOutsideIt(ErrorCode code) throws IOException {
        MockHttpServletResponse response = new MockHttpServletResponse();
        OF_THE_OBJECT.forEach(name -> response.setHeader(name, "of the object"));
        response.setHeader("X-Request-Id", "1");

        new Problem(code, "It failed.").writeTo(new MockHttpServletRequest("GET", "/v1/objects/demo/it"), response);

        Set<String> kept = code == ErrorCode.RANGE_NOT_SATISFIABLE ? Set.of("Content-Range") : Set.of();
        assertThat(response.getHeaderNames())
                .filteredOn(OF_THE_OBJECT::contains)
                .containsExactlyInAnyOrderElementsOf(kept);
        assertThat(response.getHeader("X-Request-Id")).isEqualTo("1");
        assertThat(response.getStatus()).isEqualTo(code.status());
    }
}
