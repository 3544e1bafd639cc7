package dev.banhmi.cdk.constructs.budget;

import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The simulator of lambda-drain's tests, {@code BudgetSim}. This module depends on no other, and is compiled for an older Java: the classes are
 * loaded from where the build has put them, and only types of the JDK cross.
 */
public final class DrainSimulator {
    private static final String CLASS = "dev.banhmi.drain.BudgetSim";
    private static final String CLASSES = System.getProperty(
            "banhmi.drain.classes", "../lambda-drain/target/classes:../lambda-drain/target/test-classes");

    private final Function<Map<String, Long>, Map<String, Long>> simulator;

    private DrainSimulator(Function<Map<String, Long>, Map<String, Long>> simulator) {
        this.simulator = simulator;
    }

    /** {@return the simulator, of the classes that were compiled last} */
    @SuppressWarnings("unchecked") // BudgetSim is declared so.
    public static DrainSimulator load() {
        return new DrainSimulator((Function<Map<String, Long>, Map<String, Long>>) made(CLASS, Function.class));
    }

    /** {@return the numbers that the simulator of refreshes has of the stack} */
    @SuppressWarnings("unchecked") // RefreshNumbers is declared so.
    public static Map<String, Long> numbersOfRefreshes() {
        return (Map<String, Long>)
                made("dev.banhmi.drain.RefreshNumbers", Supplier.class).get();
    }

    private static <T> T made(String name, Class<T> type) {
        URL[] places = Arrays.stream(CLASSES.split(File.pathSeparator, -1))
                .map(DrainSimulator::place)
                .toArray(URL[]::new);
        try {
            // Never closed: it loads classes until the JVM ends.
            return new URLClassLoader(places, ClassLoader.getPlatformClassLoader())
                    .loadClass(name)
                    .asSubclass(type)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(
                    name + " is not in " + CLASSES + "; compile it with: mvn -pl testkit,lambda-drain test-compile", e);
        }
    }

    private static URL place(String directory) {
        Path place = Path.of(directory).toAbsolutePath().normalize();
        if (!Files.isDirectory(place)) {
            throw new AssertionError(place + " is missing; compile it with: mvn -pl testkit,lambda-drain test-compile");
        }
        try {
            return place.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new AssertionError(e);
        }
    }

    /**
     * Plays a removal through, with everything that may go wrong and is promised to do no harm.
     *
     * @param numbers of the deployment, by the names of {@code BudgetCase}
     * @return how often a request was cut, an instance stranded, the service fell short or somebody was paged, by kind and trouble
     */
    public Map<String, Long> harm(Map<String, Long> numbers) {
        return simulator.apply(numbers);
    }
}
