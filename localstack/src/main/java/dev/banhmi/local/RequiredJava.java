package dev.banhmi.local;

import java.lang.reflect.InvocationTargetException;

/** Checks the version of the Java that runs it, then starts Spring Boot's loader or exits with a message and code 78. */
public final class RequiredJava {
    /*
     * The entry point of banhmi-local.jar. An older Java cannot load the other classes of the jar and would fail with an
     * UnsupportedClassVersionError and a stack trace. This class is compiled for Java 8 (localstack/pom.xml), is at the root of the jar,
     * and refers to the loader by name only.
     */

    /** The Java that the gateway is compiled for. */
    static final int VERSION = 25;

    /** {@code EX_CONFIG} of BSD's sysexits(3). */
    private static final int WRONG_JAVA = 78;

    private static final String LOADER = "org.springframework.boot.loader.launch.JarLauncher";

    private RequiredJava() {}

    /**
     * Starts the launcher, if this Java is new enough.
     *
     * @param args the options of the launcher
     * @throws ReflectiveOperationException when the class does not run from the packaged jar
     */
    public static void main(String[] args) throws ReflectiveOperationException {
        if (versionOf(System.getProperty("java.specification.version")) < VERSION) {
            System.err.println(complaint(System.getProperty("java.version"), System.getProperty("java.home")));
            System.exit(WRONG_JAVA);
        }
        try {
            Class.forName(LOADER).getMethod("main", String[].class).invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            // As if the loader had been started directly.
            if (e.getCause() instanceof RuntimeException) {
                throw (RuntimeException) e.getCause();
            }
            throw e;
        }
    }

    /** Of {@code java.specification.version}: {@code 1.8} up to Java 8, {@code 9} and so on since. */
    static int versionOf(String specification) {
        return Integer.parseInt(specification.startsWith("1.") ? specification.substring(2) : specification);
    }

    static String complaint(String version, String home) {
        return "banhmi-local.jar needs Java " + VERSION + " or newer; this is Java " + version + " (" + home + ").\n"
                + "Install Temurin " + VERSION + " (https://adoptium.net) and start the jar with the java of that one.";
    }
}
