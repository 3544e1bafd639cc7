package dev.banhmi.cdk;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What the operator has to put right before anything can be synthesized; the message lists all of it. */
public final class DeploymentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Map<String, String> problems;

    DeploymentException(String message) {
        super(message);
        this.problems = Map.of();
    }

    DeploymentException(String message, Throwable cause) {
        super(message, cause);
        this.problems = Map.of();
    }

    /**
     * Lists the problems below the summary, one a line, in their order.
     *
     * @param problems what is wrong, by the key it is wrong with
     */
    DeploymentException(String summary, Map<String, String> problems) {
        super(problems.entrySet().stream()
                .map(problem -> "  " + problem.getKey() + ": " + problem.getValue())
                .collect(Collectors.joining("\n", summary + "\n", "")));
        this.problems = Collections.unmodifiableMap(new LinkedHashMap<>(problems));
    }

    Map<String, String> problems() {
        return problems;
    }
}
