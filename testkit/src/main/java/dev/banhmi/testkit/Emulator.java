package dev.banhmi.testkit;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The emulators that take the place of S3. */
public enum Emulator {
    /** Andrew Gaul's s3proxy on a file system: checks signatures; its conditional writes are atomic under a race. */
    S3PROXY("ServerConnector@\\S+\\{.*\\}\\{127\\.0\\.0\\.1:([1-9]\\d*)\\}") {
        @Override
        List<String> arguments(Path data, StoreProcess.Credentials credentials) {
            return List.of(
                    "--properties", data.resolveSibling("s3proxy.properties").toString());
        }

        @Override
        String properties(Path data, StoreProcess.Credentials credentials) {
            return """
                    s3proxy.endpoint=http://127.0.0.1:0
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    s3proxy.ignore-unknown-headers=true
                    jclouds.provider=filesystem-nio2
                    jclouds.identity=unused
                    jclouds.credential=unused
                    jclouds.filesystem.basedir=%s
                    """.formatted(credentials.accessKeyId(), credentials.secretAccessKey(), data);
        }
    },
    /** Adobe's S3Mock: wide coverage of the API; accepts any credentials; its conditional writes are not atomic. */
    S3MOCK("Tomcat started on ports .*?(\\d+) \\(http\\)") {
        @Override
        List<String> arguments(Path data, StoreProcess.Credentials credentials) {
            return List.of(
                    "--http.port=0",
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--com.adobe.testing.s3mock.store.root=" + data);
        }

        @Override
        String properties(Path data, StoreProcess.Credentials credentials) {
            return "";
        }
    };

    private final Pattern portLine;

    Emulator(String portLine) {
        this.portLine = Pattern.compile(portLine);
    }

    /** What it prints once it listens; the first group is the port. */
    Pattern portLine() {
        return portLine;
    }

    abstract List<String> arguments(Path data, StoreProcess.Credentials credentials);

    /** The content of the properties file beside the data, for an emulator that reads one. */
    abstract String properties(Path data, StoreProcess.Credentials credentials);

    /**
     * Starts the emulator on a loopback port that it chooses itself, with an empty data directory and random
     * credentials.
     *
     * @return the running store, ready for requests, to be closed by the caller
     */
    public StoreProcess start() {
        return StoreProcess.start(this, quickStart(), Patience.HANGS);
    }

    private List<String> quickStart() {
        Path cache = StartTraining.cacheOf(jar());
        return Files.exists(cache) ? List.of("-XX:AOTCache=" + cache) : List.of();
    }

    /** Starts it so that it leaves what makes the next starts quick, once it is closed. */
    StoreProcess startTraining() {
        return StoreProcess.start(this, List.of("-XX:AOTCacheOutput=" + StartTraining.cacheOf(jar())), Patience.HANGS);
    }

    /** What the build has taken out of the runnable jar where that is one of jars; else the jar. */
    Path jar() {
        Path emulators = ChildProcess.artifactsDirectory().resolve("emulators");
        Path extracted = emulators.resolve(label()).resolve(label() + ".jar");
        return Files.exists(extracted) ? extracted : emulators.resolve(label() + ".jar");
    }

    String label() {
        return this == S3PROXY ? "s3proxy" : "s3mock";
    }
}
