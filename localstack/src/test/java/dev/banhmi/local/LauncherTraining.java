package dev.banhmi.local;

import java.io.IOException;
import java.util.List;

/** Leaves what makes the next starts of the launcher quick, by the script that does so for {@code make up}. */
final class LauncherTraining {

    private LauncherTraining() {}

    /** Writes the cache, of the Java that runs the tests. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ProcessBuilder training = new ProcessBuilder(List.of(
                        LauncherProcess.SCRIPT.toString(),
                        "--train",
                        LauncherProcess.jar().toString()))
                .inheritIO();
        training.environment().put("JAVA_HOME", System.getProperty("java.home"));
        int code = training.start().waitFor();
        if (code != 0) {
            throw new IOException(training.command() + " ended with " + code);
        }
    }
}
