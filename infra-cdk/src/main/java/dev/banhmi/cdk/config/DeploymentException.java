package dev.banhmi.cdk.config;

import java.util.List;
import java.util.stream.Collectors;

/** What the operator must fix before anything can be synthesized; the message lists all of it. */
public final class DeploymentException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<ConfigProblem> problems;

    DeploymentException(String message) {
        super(message);
        this.problems = List.of();
    }

    DeploymentException(String message, Throwable cause) {
        super(message, cause);
        this.problems = List.of();
    }

    /**
     * Lists the problems below the summary, one per line, in their order.
     *
     * @param problems what is wrong
     */
    DeploymentException(String summary, List<ConfigProblem> problems) {
        super(problems.stream().map(problem -> "  " + problem).collect(Collectors.joining("\n", summary + "\n", "")));
        this.problems = List.copyOf(problems);
    }

    List<ConfigProblem> problems() {
        return problems;
    }
}
