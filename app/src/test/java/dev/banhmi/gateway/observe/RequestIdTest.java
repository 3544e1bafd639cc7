package dev.banhmi.gateway.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import org.springframework.mock.web.MockHttpServletRequest;

class RequestIdTest {

    @AfterEach
    void leaveTheThreadAsItWas() {
        MDC.clear();
    }

    /** Tomcat's word for a value with a control character. */
    @Test
    void replacesOneThatCouldNotBeRead() {
        assertThat(RequestId.from(Collections.enumeration(Collections.singletonList(null))))
                .matches("[0-9a-f]{32}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "0d9fefd4-9e0b-4b2c-b9ae-2f1f4b2d8c11", "Root=1-6789:a@b/c+d~e_f.g"})
    void takesASaneOneOver(String sent) {
        assertThat(idOf(sent)).isEqualTo(sent);
        assertThat(idOf("x".repeat(128))).hasSize(128).matches("x+");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "a\nb",
                "a\rb",
                "a\tb",
                "\u001b[31m",
                "a\u00e9",
                "a,b",
                "a]b",
                "a\"b",
                "%0A",
                "{}"
            })
    void replacesOneThatIsNot(String sent) {
        assertThat(idOf(sent)).matches("[0-9a-f]{32}");
        assertThat(idOf("x".repeat(129))).matches("[0-9a-f]{32}");
    }

    @Test
    void replacesTwoAndDecidesOnce() {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader(RequestId.HEADER, "a");
        request.addHeader(RequestId.HEADER, "a");

        String id = RequestId.of(request);

        assertThat(id).matches("[0-9a-f]{32}");
        assertThat(RequestId.of(request)).isEqualTo(id);
        assertThat(RequestId.of(new MockHttpServletRequest())).isNotEqualTo(id);
    }

    @Test
    void isCarriedIntoAnotherThreadAndNoFurther() throws Exception {
        AtomicReference<@Nullable String> seen = new AtomicReference<>();
        MDC.put(RequestId.CONTEXT_KEY, "first");
        Runnable work = RequestId.carried(() -> seen.set(MDC.get(RequestId.CONTEXT_KEY)));
        Callable<List<String>> call = RequestId.carried(() -> List.of(MDC.get(RequestId.CONTEXT_KEY)));
        MDC.put(RequestId.CONTEXT_KEY, "second");

        work.run();

        assertThat(seen).hasValue("first");
        assertThat(call.call()).containsExactly("first");
        assertThat(MDC.get(RequestId.CONTEXT_KEY)).isEqualTo("second");
        RequestId.during(new MockHttpServletRequest(), () -> seen.set(MDC.get(RequestId.CONTEXT_KEY)));
        assertThat(seen.get()).matches("[0-9a-f]{32}");
        assertThat(MDC.get(RequestId.CONTEXT_KEY)).isEqualTo("second");
    }

    @Test
    void leavesNoneWhereThereWasNone() {
        AtomicReference<@Nullable String> seen = new AtomicReference<>("unset");
        Runnable work = RequestId.carried(() -> seen.set(MDC.get(RequestId.CONTEXT_KEY)));
        MDC.put(RequestId.CONTEXT_KEY, "of the thread");

        work.run();

        assertThat(seen).hasNullValue();
        assertThat(MDC.get(RequestId.CONTEXT_KEY)).isEqualTo("of the thread");
    }

    private static String idOf(String sent) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        request.addHeader(RequestId.HEADER, sent);
        return RequestId.of(request);
    }
}
