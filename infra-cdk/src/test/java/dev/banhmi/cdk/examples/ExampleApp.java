package dev.banhmi.cdk.examples;

import dev.banhmi.cdk.ComposedApp;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The app of the library's examples. */
public final class ExampleApp {
    /*
     * The examples take the drain that travels inside the library, as every reader of them does, and that jar exists only once lambda-drain
     * is packaged. So that they can be tried without it, the library and the examples are loaded once more, by a class loader that has a
     * stand-in in its place. DrainJarIT and LibraryJarIT look at the real one.
     */

    private ExampleApp() {}

    /**
     * Synthesizes every example, with stand-ins for the image and the drain's jar.
     *
     * @param directory an empty one
     * @return where the assembly is
     * @throws IOException if a file cannot be written
     */
    public static Path synthesize(Path directory) throws IOException {
        ComposedApp.image(directory);
        return stacks().apply(directory);
    }

    @SuppressWarnings("unchecked")
    private static UnaryOperator<Path> stacks() {
        try {
            return (UnaryOperator<Path>) new LibraryWithStandIn()
                    .loadClass("dev.banhmi.cdk.examples.ExampleStacks")
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("The examples cannot be made", e);
        }
    }

    /** The library and its examples a second time, and the stand-in as its resource. */
    private static final class LibraryWithStandIn extends ClassLoader {
        private static final String DRAIN = "dev/banhmi/cdk/constructs/drain/banhmi-drain.jar";

        LibraryWithStandIn() {
            super(ExampleApp.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("dev.banhmi.cdk.constructs.") && !name.startsWith("dev.banhmi.cdk.examples.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded == null ? define(name) : loaded;
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream content = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = Objects.requireNonNull(content, name).readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        @Override
        public @Nullable URL getResource(String name) {
            if (!name.equals(DRAIN)) {
                return super.getResource(name);
            }
            try {
                return StandInDrainJar.usual().toUri().toURL();
            } catch (MalformedURLException e) {
                throw new AssertionError(e);
            }
        }
    }
}
