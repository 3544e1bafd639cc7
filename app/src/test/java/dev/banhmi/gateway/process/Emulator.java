package dev.banhmi.gateway.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The S3 emulators that stand in for S3. */
public enum Emulator {
    /** Andrew Gaul's s3proxy on a file system: checks signatures; its conditional writes are atomic under a race. */
    S3PROXY {
        @Override
        List<String> arguments(int port, Path data, StoreProcess.Credentials credentials) {
            return List.of(
                    "--properties", data.resolveSibling("s3proxy.properties").toString());
        }

        @Override
        String properties(int port, Path data, StoreProcess.Credentials credentials) {
            return """
                    s3proxy.endpoint=http://127.0.0.1:%d
                    s3proxy.authorization=aws-v2-or-v4
                    s3proxy.identity=%s
                    s3proxy.credential=%s
                    s3proxy.ignore-unknown-headers=true
                    jclouds.provider=filesystem-nio2
                    jclouds.identity=unused
                    jclouds.credential=unused
                    jclouds.filesystem.basedir=%s
                    """.formatted(port, credentials.accessKeyId(), credentials.secretAccessKey(), data);
        }
    },
    /** Adobe's S3Mock: wide coverage of the API; accepts any credentials; its conditional writes are not atomic. */
    S3MOCK {
        @Override
        List<String> arguments(int port, Path data, StoreProcess.Credentials credentials) {
            return List.of(
                    "--http.port=" + port,
                    "--server.port=0",
                    "--server.address=127.0.0.1",
                    "--com.adobe.testing.s3mock.store.root=" + data);
        }

        @Override
        String properties(int port, Path data, StoreProcess.Credentials credentials) {
            return "";
        }
    };

    private static final Duration START = Duration.ofSeconds(60);

    abstract List<String> arguments(int port, Path data, StoreProcess.Credentials credentials);

    /** What stands in the properties file beside the data, for an emulator that reads one. */
    abstract String properties(int port, Path data, StoreProcess.Credentials credentials);

    /**
     * Starts the emulator on a free loopback port, with an empty data directory and random credentials.
     *
     * @return the running store, ready for requests; whoever calls closes it
     */
    public StoreProcess start() {
        return StoreProcess.start(this, START);
    }

    Path jar() {
        return ChildProcess.artifactsDirectory().resolve("emulators").resolve(label() + ".jar");
    }

    String label() {
        return this == S3PROXY ? "s3proxy" : "s3mock";
    }
}
