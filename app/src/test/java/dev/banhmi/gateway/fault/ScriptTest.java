package dev.banhmi.gateway.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.fault.S3Call.Operation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {

    private static final Script.Rule ALWAYS =
            new Script.Rule(S3Call.of(Operation.PUT_OBJECT), Fault.INTERNAL_ERROR, true);

    @Test
    void tellsACallWhoseTriesAllArrivedFromOneThatLostSome() throws IOException {
        Script script = new Script(List.of(ALWAYS));
        for (String invocation : List.of("one", "one", "two", "two")) {
            assertThat(script.next(put(invocation))).isEqualTo(Fault.INTERNAL_ERROR);
        }

        assertThat(script.missedOneOf(2)).isFalse();
        assertThat(script.missedOneOf(3)).isTrue();
    }

    @Test
    void seesATryThatIsMissingAmongThoseOfAnotherCall() throws IOException {
        Script script = new Script(List.of(ALWAYS));
        for (String invocation : List.of("one", "one", "one", "two", "two")) {
            script.next(put(invocation));
        }

        assertThat(script.missedOneOf(3)).isTrue();
    }

    @Test
    void expectsNothingOfAFaultThatComesOnce() throws IOException {
        Script script = new Script(List.of(new Script.Rule(ALWAYS.call(), ALWAYS.fault(), false)));
        script.next(put("one"));

        assertThat(script.missedOneOf(4)).isFalse();
    }

    private static HttpMessage put(String invocation) throws IOException {
        String head = "PUT /bucket/key HTTP/1.1\r\namz-sdk-invocation-id: " + invocation + "\r\n\r\n";
        return requireNonNull(HttpMessage.readRequest(
                new ByteArrayInputStream(head.getBytes(ISO_8859_1)), OutputStream.nullOutputStream()));
    }
}
