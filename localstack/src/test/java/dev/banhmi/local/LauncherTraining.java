package dev.banhmi.local;

import dev.banhmi.testkit.ChildProcess;
import dev.banhmi.testkit.StartTraining;
import java.io.IOException;
import java.net.URI;

/** {@link StartTraining} for the launcher. */
final class LauncherTraining {

    private LauncherTraining() {}

    /** Writes the cache. The launcher, which ends in order, has to leave it. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (LauncherProcess launcher =
                LauncherProcess.startTraining(ChildProcess.newDirectory("launcher-training"), "--port=0")) {
            StartTraining.serve(URI.create(launcher.awaitUrl()));
            launcher.terminate();
            if (launcher.awaitExit() != 0) {
                throw new IOException(launcher.output());
            }
        }
    }
}
