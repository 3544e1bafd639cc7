package dev.banhmi.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A self-signed certificate for 127.0.0.1, created for each run: for nginx as PEM, for Java as a key store. */
final class StoreCertificate {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "store";

    private final Path directory;

    private StoreCertificate(Path directory) {
        this.directory = directory;
    }

    static StoreCertificate create(Path directory) throws IOException {
        StoreCertificate certificate = new StoreCertificate(directory);
        String output = Workshop.firstLineOf(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                ALIAS,
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
                certificate.keyStore().toString());
        if (!Files.exists(certificate.keyStore())) {
            throw new IOException("keytool created no key: " + output);
        }
        try {
            KeyStore keys = certificate.load();
            Files.writeString(
                    certificate.pem(),
                    pem(
                                    "PRIVATE KEY",
                                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded())
                            + pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the new key cannot be read", e);
        }
        return certificate;
    }

    private static String pem(String what, byte[] encoded) {
        return "-----BEGIN " + what + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(Objects.requireNonNull(encoded))
                + "\n-----END " + what + "-----\n";
    }

    /** Key and certificate in one file. */
    Path pem() {
        return directory.resolve("store.pem");
    }

    private Path keyStore() {
        return directory.resolve("store.p12");
    }

    /** Makes a JVM trust the store and nothing else. */
    List<String> trustOptions() {
        return List.of("-Djavax.net.ssl.trustStore=" + keyStore(), "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    /** Makes a Spring Boot application show the certificate to its clients. */
    List<String> springOptions() {
        return List.of(
                "--server.ssl.key-store=" + keyStore(),
                "--server.ssl.key-store-type=PKCS12",
                "--server.ssl.key-store-password=" + PASSWORD);
    }

    /** The certificate that {@link #create} left in the directory. */
    static StoreCertificate in(Path directory) {
        return new StoreCertificate(directory);
    }

    /** For a client that trusts this certificate and nothing else. */
    SSLContext clientContext() throws IOException {
        try {
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(load());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible", e);
        }
    }

    SSLContext serverContext() throws IOException {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(load(), PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("TLS is not possible", e);
        }
    }

    private KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keyStore())) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
