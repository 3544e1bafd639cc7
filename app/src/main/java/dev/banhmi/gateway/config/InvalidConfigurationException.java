package dev.banhmi.gateway.config;

import java.util.List;
import java.util.stream.Collectors;
import org.springframework.boot.ExitCodeGenerator;

/** The configuration is wrong; the message lists everything that is, a line each. */
final class InvalidConfigurationException extends RuntimeException implements ExitCodeGenerator {

    private static final long serialVersionUID = 1L;

    /** {@code EX_CONFIG} of BSD's sysexits(3). */
    static final int EXIT_CODE = 78;

    InvalidConfigurationException(List<String> problems) {
        super("The configuration is wrong:\n  - "
                + problems.stream().flatMap(String::lines).collect(Collectors.joining("\n  - ")));
    }

    @Override
    public int getExitCode() {
        return EXIT_CODE;
    }
}
