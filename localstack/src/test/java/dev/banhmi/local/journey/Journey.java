package dev.banhmi.local.journey;

import dev.banhmi.local.backend.Backend;
import dev.banhmi.local.deploy.DeployStory;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the README and its pages say that users can do with a gateway and a store.
 *
 * @param title Markdown, for a page in {@code docs/}
 * @param steps what is done, and what has to come of it
 * @param notWalked why it makes no sense with some backends
 * @param elsewhere the backends but s3proxy with which {@code make verify} walks it, too, because what comes of it is the store's doing; with the
 *     rest it is a repetition, which {@code make soak} walks
 */
record Journey(String title, Steps steps, Map<Backend, String> notWalked, Set<Backend> elsewhere) {

    private static final String NOT_ATOMIC =
            "Not walked: its conditional writes are not atomic, and several win in some rounds.";

    private static final String ONLY_S3 = "Stands in for S3 alone.";

    private static final Set<Backend> EVERY_STORE = Set.of(Backend.values());

    /** All of them in the order in which they are walked. */
    static final List<Journey> ALL = List.of(
            new Journey("The `curl` lines of the [README](../README.md#with-curl-and-make)", DocumentJourneys::readme),
            new Journey(
                    "Every command of [developer.md](developer.md) against the gateway, pasted",
                    DocumentJourneys::developerPage),
            new Journey("`localstack/smoke`: 17 checks over both APIs", DocumentJourneys::smoke),
            new Journey(
                    "48 MiB of unknown length up, in parts, and down again with the same SHA-256; a range from the middle",
                    ObjectJourneys::largeObject),
            new Journey(
                            "Create only what is not there, replace only the version that is known; where the store cannot, 501 says so",
                            ObjectJourneys::conditions)
                    .ofTheStore(),
            new Journey(
                            "Bodies with the content types of forms, as `curl -d` and browsers send them, come back as they were",
                            ObjectJourneys::forms)
                    .ofTheStore(),
            new Journey("A wrong digest is refused, and nothing is stored", ObjectJourneys::digests),
            new Journey("An upload that breaks off leaves nothing, not even in parts", ObjectJourneys::brokenOff),
            new Journey("A bucket's listing, page by page, while uploads run", ObjectJourneys::pages).ofTheStore(),
            new Journey(
                            "Names folded at their `/`, page by page; all of them deleted in one call",
                            ObjectJourneys::folders)
                    .ofTheStore(),
            new Journey("`?offload` leads to the store itself", ObjectJourneys::offload).ofTheStore(),
            new Journey(
                            "A copy inside the store, under conditions, and an object's metadata replaced",
                            ObjectJourneys::copies)
                    .ofTheStore(),
            new Journey("What the 2018 service wrote is read by both APIs", ObjectJourneys::bucketOf2018),
            new Journey(
                    "Sixteen create the same object at the same moment: one wins",
                    ObjectJourneys::race,
                    Map.of(Backend.S3MOCK, NOT_ATOMIC, Backend.MOTO, NOT_ATOMIC, Backend.LOCALSTACK, NOT_ATOMIC),
                    Set.of()),
            new Journey(
                    "SIGTERM during a slow download: it comes whole, code 0, and the next gateway has the object",
                    ObjectJourneys::restart),
            new Journey(
                    "`make local-deploy`: the stack `banhmi-local` by CDK, described as it was synthesized; its drain, invoked through the"
                            + " SDK, drains an instance; `make local-destroy` leaves nothing",
                    world -> DeployStory.walk(world.backend().kind()),
                    Map.of(Backend.S3PROXY, ONLY_S3, Backend.S3MOCK, ONLY_S3),
                    Set.of(Backend.MOTO)),
            new Journey(
                    "The store goes away: a GET is 503 with `Retry-After`, and `/readyz` stays 200",
                    ObjectJourneys::storeAway));

    /** What is done, and what has to come of it. */
    @FunctionalInterface
    interface Steps {
        void walk(JourneyWorld world) throws Exception;
    }

    Journey {
        notWalked = Map.copyOf(notWalked);
        elsewhere = Set.copyOf(elsewhere);
    }

    Journey(String title, Steps steps) {
        this(title, steps, Map.of(), Set.of());
    }

    private Journey ofTheStore() {
        return new Journey(title, steps, notWalked, EVERY_STORE);
    }

    /** Whether {@code make verify} walks it with this backend. */
    boolean isWalkedFirst(Backend backend) {
        return backend == Backend.S3PROXY || elsewhere.contains(backend);
    }

    /** Why it makes no sense with this backend; empty where it is walked. */
    String notWalkedWith(Backend backend) {
        return notWalked.getOrDefault(backend, "");
    }

    void walk(JourneyWorld world) throws Exception {
        steps.walk(world);
    }
}
