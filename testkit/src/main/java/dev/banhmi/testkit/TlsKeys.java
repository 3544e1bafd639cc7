package dev.banhmi.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A key and its self-signed certificate for 127.0.0.1, made for one test class, and what trusts it and nothing else.
 *
 * @param keyStore PKCS #12, in a directory of its own
 * @param context for both sides
 */
public record TlsKeys(Path keyStore, SSLContext context) {

    static final String PASSWORD = "changeit";

    /**
     * Makes a key.
     *
     * @return the key, in a file that goes with the JVM
     */
    public static TlsKeys create() {
        try {
            Path directory = Files.createTempDirectory("tls-");
            Path keyStore = directory.resolve("keys.p12");
            directory.toFile().deleteOnExit();
            keyStore.toFile().deleteOnExit();
            keytool(keyStore);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream file = Files.newInputStream(keyStore)) {
                keys.load(file, PASSWORD.toCharArray());
            }
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("gateway", keys.getCertificate("gateway"));
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(keys, PASSWORD.toCharArray());
            context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
            return new TlsKeys(keyStore, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the new key cannot be used", e);
        }
    }

    /** The JDK has no public API that signs a certificate. */
    private static void keytool(Path keyStore) throws IOException {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "gateway",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "SAN=ip:127.0.0.1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                keyStore.toString());
        Path output = keyStore.resolveSibling("keytool.txt");
        output.toFile().deleteOnExit();
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!keytool.waitFor(Patience.HANGS.toSeconds(), TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no key: " + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a key was made", e);
        } finally {
            keytool.destroyForcibly();
        }
    }
}
