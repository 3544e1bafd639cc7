package dev.banhmi.local.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Compiles files of a module against the rest of it. Keeps the class path open from one time to the next. Thread-safe. */
final class Compilers implements AutoCloseable {

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final Map<MavenModule, StandardJavaFileManager> managers = new EnumMap<>(MavenModule.class);

    /**
     * Compiles without Error Prone, which would see some of the faults before any test, and without the numbers of
     * lines: what differs is what is executed.
     *
     * @param sources by their names as in {@link Mutant#file()}
     * @param directory for the sources and the classes
     * @return the directory of the classes
     */
    synchronized Path compile(MavenModule module, Map<String, String> sources, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = module.sourceIn(directory.resolve("src"), source.getKey());
            Files.createDirectories(file.getParent());
            files.add(Files.writeString(file, source.getValue()));
        }
        Path classes = Files.createDirectories(directory.resolve("classes"));
        StringWriter messages = new StringWriter();
        StandardJavaFileManager manager = manager(module);
        manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
        boolean compiled = compiler.getTask(
                        messages,
                        manager,
                        null,
                        List.of("-nowarn", "-proc:none", "-parameters", "-g:none"),
                        null,
                        manager.getJavaFileObjectsFromPaths(files))
                .call();
        assertThat(compiled).as("%s compiles: %s", files, messages).isTrue();
        return classes;
    }

    private StandardJavaFileManager manager(MavenModule module) throws IOException {
        StandardJavaFileManager known = managers.get(module);
        if (known != null) {
            return known;
        }
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        managers.put(module, manager);
        manager.setLocationFromPaths(
                StandardLocation.CLASS_PATH,
                Stream.of(module.testClassPath().split(File.pathSeparator, -1))
                        .map(Path::of)
                        .toList());
        return manager;
    }

    @Override
    public synchronized void close() throws IOException {
        for (StandardJavaFileManager manager : managers.values()) {
            manager.close();
        }
    }
}
