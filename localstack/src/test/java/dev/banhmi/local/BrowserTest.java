package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrowserTest {

    @ParameterizedTest
    @CsvSource({"Linux, xdg-open", "FreeBSD, xdg-open", "Mac OS X, open", "Windows 11, rundll32"})
    void opensAPageWithTheCommandOfTheSystem(String system, String command) {
        URI page = URI.create("http://127.0.0.1:8080/");
        assertThat(Browser.command(system, page)).startsWith(command).endsWith("http://127.0.0.1:8080/");
    }
}
