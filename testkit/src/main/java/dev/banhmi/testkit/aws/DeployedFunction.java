package dev.banhmi.testkit.aws;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * A function as Lambda keeps it and starts it from.
 *
 * @param name of the function
 * @param code the jar
 * @param handler class and method
 * @param timeout of one invocation, positive
 * @param memoryMebibytes the memory that it is told it has, positive; not enforced here
 * @param environment as configured, without what Lambda itself adds
 */
public record DeployedFunction(
        String name,
        Path code,
        String handler,
        Duration timeout,
        int memoryMebibytes,
        Map<String, String> environment) {

    /**
     * Copies the environment.
     *
     * @throws IllegalArgumentException if timeout or memory is not positive
     */
    public DeployedFunction {
        if (!timeout.isPositive() || memoryMebibytes <= 0) {
            throw new IllegalArgumentException(
                    "timeout is " + timeout + " and memory " + memoryMebibytes + " MiB; both must be above 0");
        }
        environment = Map.copyOf(environment);
    }
}
