package dev.banhmi.drain.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.aws.AutoScalingFake;
import dev.banhmi.testkit.aws.Events;
import dev.banhmi.testkit.aws.LambdaProcess;
import dev.banhmi.testkit.aws.Script;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** How long the first response takes from the start of the process, on one core. A figure to print, never one to fail on. */
@Isolated("beside another test the figure would be that of a busy machine")
class DrainStartIT {

    private static final int RUNS = 3;
    private static final Path TASKSET = Path.of("/usr/bin/taskset");

    /** One that this process may run on: a container may have been given others than the first. */
    private static String firstCore() throws IOException {
        String name = "Cpus_allowed_list:";
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(name.length()).strip().replaceFirst("[-,].*", ""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void respondsFromColdStart() throws IOException {
        List<String> oneCore = Files.isExecutable(TASKSET) ? List.of(TASKSET.toString(), "-c", firstCore()) : List.of();
        Script script = new Script();
        String unused = "{\"detail-type\":\"Something else\",\"detail\":{}}";
        try (AutoScalingFake autoScaling = new AutoScalingFake(script, new MovedClock())) {
            autoScaling.add(
                    new AutoScalingFake.Group("gateways", Duration.ofHours(1), "CONTINUE", false, false), "i-0first");
            for (String event : List.of(unused, Events.notice("i-0first", "gateways"))) {
                List<Long> millis = new ArrayList<>();
                for (int run = 0; run < RUNS; run++) {
                    long start = System.nanoTime();
                    try (LambdaProcess lambda = LambdaProcess.start(
                            autoScaling.uri(), autoScaling.uri(), Map.of("BANHMI_CLUSTER", "c"), oneCore)) {
                        assertThat(lambda.invoke(event).succeeded()).isTrue();
                        millis.add(Duration.ofNanos(System.nanoTime() - start).toMillis());
                    }
                }
                System.out.println(
                        "First response, " + (event.equals(unused) ? "no call" : "with a call of Auto" + " Scaling")
                                + ", in ms: " + millis);
            }
        }
    }
}
