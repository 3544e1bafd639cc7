package dev.banhmi.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Where one scenario takes place: who may take part, what has been started, and the end of it all. Closing ends every process. */
final class Stage implements AutoCloseable {

    private final Workshop workshop;
    private final Pace pace;
    private final List<Peer> peers;
    private final RepeatTime repeats;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<String> skipped = new ArrayList<>();

    /** The first peer is the reference. */
    Stage(Workshop workshop, Pace pace, List<Peer> peers, RepeatTime repeats) {
        this.workshop = workshop;
        this.pace = pace;
        this.peers = List.copyOf(peers);
        this.repeats = repeats;
    }

    Workshop workshop() {
        return workshop;
    }

    Pace pace() {
        return pace;
    }

    /** Closes it when the scenario ends, the last one first. */
    <T extends AutoCloseable> T closeLater(T resource) {
        open.push(resource);
        return resource;
    }

    /** Prepares a peer for a contest. */
    @FunctionalInterface
    interface Entry {

        /** Starts it if it has to run from the beginning, checks its bytes, and says what a turn is. */
        Contestant of(Peer peer) throws IOException;
    }

    /**
     * All peers that a scenario is for and that this machine has, with a line for each that is missing or does not do what it should.
     *
     * @throws IOException if that is one that the others are compared with
     */
    List<Contestant> contestants(Setup setup, Entry entry) throws IOException {
        List<Contestant> contestants = new ArrayList<>();
        for (Peer peer : peers) {
            Optional<String> absence = peer.absence().reason(workshop);
            if (absence.isPresent()) {
                skip(peer, absence.get());
            } else if (peer.suits().test(setup)) {
                enter(peer, entry).ifPresent(contestants::add);
            }
        }
        return contestants;
    }

    private Optional<Contestant> enter(Peer peer, Entry entry) throws IOException {
        try {
            return Optional.of(entry.of(peer));
        } catch (IOException e) {
            if (peer.isRequired()) {
                throw new IOException(peer.label() + " cannot be measured", e);
            }
            skip(peer, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private void skip(Peer peer, String reason) {
        String line =
                peer.label() + " is missing: " + reason.lines().findFirst().orElse("for no reason");
        skipped.add(line);
        System.out.println(line);
    }

    /** How long a contestant is under load before anything counts. */
    Duration warmUp(boolean compiledWhileRunning) {
        return compiledWhileRunning || pace.warmUp().isZero() ? pace.warmUp() : pace.window();
    }

    Outcome measure(Scenario scenario, List<Contestant> contestants) throws IOException {
        Path file = workshop.root().resolve("bench/target/cost/" + scenario.name() + ".csv");
        List<Round> rounds =
                new Contest(contestants, new Journal(file), InstantSource.system()).run(pace.rounds(), repeats);
        return new Outcome(scenario, contestants.stream().map(Contestant::label).toList(), rounds, skipped);
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("cannot close", e);
            }
        }
        workshop.close();
    }
}
