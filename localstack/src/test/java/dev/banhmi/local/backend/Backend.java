package dev.banhmi.local.backend;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.StoreProcess;
import dev.banhmi.testkit.StoreProcess.Credentials;
import dev.banhmi.testkit.aws.MotoServer;

/** The stores that the journeys are walked with. */
public enum Backend {

    /** Andrew Gaul's s3proxy on a file system, the store of the launcher. */
    S3PROXY("s3proxy", System.getProperty("banhmi.version.s3proxy")) {
        @Override
        public RunningBackend start() {
            return started(Emulator.S3PROXY.start());
        }
    },

    /** Adobe's S3Mock. */
    S3MOCK("S3Mock", System.getProperty("banhmi.version.s3mock")) {
        @Override
        public RunningBackend start() {
            return started(Emulator.S3MOCK.start());
        }
    },

    /** The moto server, which emulates many services. */
    MOTO("moto", MotoServer.VERSION) {
        @Override
        public RunningBackend start() {
            // Without this package moto says that the CRC32 of an object is its CRC32C.
            MotoServer server = MotoServer.start("crc32c==2.8");
            return new RunningBackend(this, server.uri(), ANYBODY, server::close);
        }
    },

    /** LocalStack, the last version that needs no account, as a process instead of a container. */
    LOCALSTACK("LocalStack", LocalStackServer.VERSION) {
        @Override
        public RunningBackend start() {
            LocalStackServer server = LocalStackServer.start();
            return new RunningBackend(this, server.uri(), ANYBODY, server::close);
        }
    };

    /** Taken by those that check no signatures. */
    private static final Credentials ANYBODY = new Credentials("test", "test");

    private final String title;

    Backend(String name, String version) {
        this.title = name + " " + version;
    }

    /**
     * What people call it.
     *
     * @return its name, with its version
     */
    public String title() {
        return title;
    }

    /**
     * Starts it, empty, on a free port; what it needs is installed first.
     *
     * @return ready for requests; the caller closes it
     */
    public abstract RunningBackend start();

    /**
     * Whether this machine has what it needs and what cannot be installed by a test.
     *
     * @return no for LocalStack where there is no Python from 3.13 on
     */
    public boolean isPossible() {
        return this != LOCALSTACK || LocalStackServer.isPossible();
    }

    private static RunningBackend started(StoreProcess store) {
        Backend kind = store.emulator() == Emulator.S3PROXY ? S3PROXY : S3MOCK;
        return new RunningBackend(kind, store.endpoint(), store.credentials(), store::close);
    }
}
