package dev.banhmi.local.mutants;

import java.util.List;

/**
 * A fault to plant in a module.
 *
 * @param name what is wrong with it
 * @param file below the directory of the module's root package, such as {@code store/S3ObjectStore.java}
 * @param original what stands there, once
 * @param replacement what takes its place
 * @param tests that have to notice: classes below the module's root package, such as {@code store.S3ObjectStoreTest}, or one method of
 *     such a class, {@code lifecycle.ShutdownIT#exitsWith0}. An integration test gets a packaged jar with the fault in it.
 */
record Mutant(String name, String file, String original, String replacement, List<String> tests) {

    Mutant {
        tests = List.copyOf(tests);
    }

    Mutant(String name, String file, String original, String replacement, String test) {
        this(name, file, original, replacement, List.of(test));
    }
}
