package dev.banhmi.local.mutants;

import java.io.IOException;
import java.util.regex.Pattern;

/**
 * A fault in its module.
 *
 * @param module whose source it is in
 * @param mutant what is wrong
 */
record Planted(MavenModule module, Mutant mutant) {

    /** For people. */
    String where() {
        return module.label() + " " + mutant.file();
    }

    boolean startsProcesses() {
        return mutant.tests().stream().anyMatch(Variant::isIntegrationTest);
    }

    String original() throws IOException {
        return module.source(mutant.file());
    }

    String mutated() throws IOException {
        return original().replace(mutant.original(), mutant.replacement());
    }

    /** How often what is replaced stands in the file; another number than 1 means that the mutant has to be looked at again. */
    int occurrences() throws IOException {
        return original().split(Pattern.quote(mutant.original()), -1).length - 1;
    }
}
