package dev.banhmi.bench;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A server that can be put between client and store.
 *
 * @param label in tables
 * @param compiledWhileRunning whether it is slow at first
 * @param absence why it cannot take part on this machine, if so
 * @param suits whether it can do what a scenario is about
 * @param starter starts it
 * @param target the path under which it shows an object of the bucket
 */
record Peer(
        String label,
        boolean compiledWhileRunning,
        Absence absence,
        Predicate<Setup> suits,
        Starter starter,
        Target target) {

    /** Says why a peer is missing. */
    @FunctionalInterface
    interface Absence {

        /** What is missing, or nothing. */
        Optional<String> reason(Workshop workshop) throws IOException;

        /** Never missing. */
        static Absence never() {
            return workshop -> Optional.empty();
        }

        /** Missing unless there is a program of that name. */
        static Absence ofProgram(String program) {
            return workshop ->
                    Programs.find(program).isPresent() ? Optional.empty() : Optional.of(program + " is not installed");
        }
    }

    /** Starts a server in front of a store. */
    @FunctionalInterface
    interface Starter {

        /** Returns once it takes connections; the caller closes it. */
        Server start(Setup setup) throws IOException;
    }

    /** Says under which path a server shows an object of the bucket. */
    @FunctionalInterface
    interface Target {

        /** Path, and query if the server wants one. */
        String of(Server server, String object) throws IOException;
    }

    /** The path of an object where the bucket is a directory. */
    static String inBucket(Server server, String object) {
        return inBucket(object);
    }

    /** The same, wherever. */
    static String inBucket(String object) {
        return "/" + Workshop.BUCKET + "/" + object;
    }

    /** Whether a run makes no sense without it. */
    boolean isRequired() {
        return label.equals(Nginx.LABEL) || label.equals(Gateway.LABEL) || label.equals(Gateway.BASELINE);
    }
}
