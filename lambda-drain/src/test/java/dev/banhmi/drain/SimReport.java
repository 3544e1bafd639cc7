package dev.banhmi.drain;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;

/** The figures, as JSON and as the tables of the documentation; and whether they are what is promised. */
record SimReport(long seed, int runs, Map<String, SimTally> tallies) {

    private static final List<String> POLICIES = List.of("ours", "managed", "cdkLoop", "seed2018Repaired", "seed2018");

    /** Others whose failures have to show, or the zeros of ours would mean nothing. */
    private static final List<String> KNOWN_TO_CUT = List.of(
            "cdkLoop",
            "seed2018Repaired",
            "seed2018",
            "runningTasksCount",
            "runningOnly",
            "firstPageOnly",
            "completesOnEvent",
            "completesAtOnce",
            "noMinimumAge",
            "noQuietTime",
            "noHeartbeat",
            "noSweep");

    static List<String> mutants() {
        List<String> ids = new ArrayList<>();
        for (SimMutant mutant : SimMutant.values()) {
            if (mutant.isMistake()) {
                ids.add(mutant.id());
            }
        }
        return ids;
    }

    SimTally tally(String id) {
        return Objects.requireNonNull(tallies.get(id), id);
    }

    /** What is not as promised; empty when all is. */
    List<String> violations() {
        List<String> violations = new ArrayList<>();
        SimTally ours = tally("ours");
        expect(violations, ours.drains() > runs / 2, "The traces have instances that leave.");
        expect(violations, ours.cutTransfers() == 0, "Ours cuts no transfer; it cut " + ours.cutTransfers() + ".");
        expect(violations, ours.unreleased() == 0, "Ours releases every instance; " + ours.unreleased() + " are left.");
        expect(violations, ours.touched() == 0, "Ours drains nothing that stays; it drained " + ours.touched() + ".");
        expect(violations, ours.atDeadline() > 0, "Some instances never become empty, and ours meets its deadline.");
        expect(violations, tally("managed").cutTransfers() == 0, "Managed draining cuts nothing.");
        expect(violations, tally("managed").unreleased() > 0, "Managed draining waits beyond every budget.");
        for (String id : KNOWN_TO_CUT) {
            expect(violations, tally(id).cutTransfers() > 0, id + " cuts transfers.");
        }
        expect(violations, tally("deadlineOff").unreleased() > 0, "deadlineOff strands instances.");
        expect(
                violations,
                tally("noOverlay").shareReleasedByStop() < ours.shareReleasedByStop(),
                "noOverlay leaves more releases to the sweep.");
        expect(
                violations,
                ours.afterLastSeconds(false, 0.5) < 5,
                "Without losses one event releases: " + ours.afterLastSeconds(false, 0.5) + " s.");
        expect(
                violations,
                ours.afterLastSeconds(true, 0.5) < SimParameters.SWEEP.toSeconds() + 5,
                "With losses one sweep mostly releases: " + ours.afterLastSeconds(true, 0.5) + " s.");
        // Where the first one only writes down that the instance is quiet, or reads something old.
        expect(
                violations,
                ours.afterLastSeconds(true, 0.9) < 2 * SimParameters.SWEEP.toSeconds() + 5,
                "With losses two sweeps release: " + ours.afterLastSeconds(true, 0.9) + " s.");
        return violations;
    }

    private static void expect(List<String> violations, boolean holds, String sentence) {
        if (!holds) {
            violations.add("Not so: " + sentence);
        }
    }

    byte[] json() {
        JsonWriter json = JsonWriter.create();
        json.writeStartObject();
        json.writeFieldName("seed").writeValue(seed);
        json.writeFieldName("runs").writeValue(runs);
        json.writeFieldName("policies").writeStartObject();
        for (String id : POLICIES) {
            policy(json, id);
        }
        json.writeEndObject();
        json.writeFieldName("mutants").writeStartObject();
        for (String id : mutants()) {
            SimTally tally = tally(id);
            json.writeFieldName(id).writeStartObject();
            json.writeFieldName("cutTransfers").writeValue(tally.cutTransfers());
            json.writeFieldName("unreleased").writeValue(tally.unreleased());
            number(json, "releasedByStoppedEvent", tally.shareReleasedByStop());
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
        return (new String(json.getBytes(), StandardCharsets.UTF_8) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void policy(JsonWriter json, String id) {
        SimTally tally = tally(id);
        json.writeFieldName(id).writeStartObject();
        json.writeFieldName("drains").writeValue(tally.drains());
        json.writeFieldName("cutTransfers").writeValue(tally.cutTransfers());
        json.writeFieldName("cutLongerThanPromised").writeValue(tally.cutLongTransfers());
        json.writeFieldName("cutOnSpot").writeValue(tally.cutSpotTransfers());
        json.writeFieldName("unreleased").writeValue(tally.unreleased());
        number(json, "releaseP50Seconds", tally.releaseSeconds(0.5));
        number(json, "afterLastStoppedP50Seconds", tally.afterLastSeconds(false, 0.5));
        number(json, "afterLastStoppedWithLossP90Seconds", tally.afterLastSeconds(true, 0.9));
        number(json, "gbSecondsPerDrain", tally.gigabyteSecondsPerDrain());
        json.writeFieldName("invocations").writeValue(tally.invocations());
        number(json, "invocationsPerDrain", tally.invocationsPerDrain());
        if (id.equals("ours")) {
            number(json, "idleSweepGbSecondsPerDay", tally.idleGigabyteSecondsPerDay());
        }
        json.writeEndObject();
    }

    private static void number(JsonWriter json, String name, double value) {
        json.writeFieldName(name);
        if (Double.isNaN(value)) {
            json.writeNull();
        } else {
            json.writeValue(Double.parseDouble(fixed(value, 2)));
        }
    }

    /** The generated part of docs/drain.md. */
    String tables() {
        StringBuilder text = new StringBuilder();
        text.append("Seed ").append(seed).append(", ").append(runs).append(" traces, ");
        text.append(tally("ours").drains()).append(" planned removals, each met by every policy.\n\n");
        text.append("| policy | cut transfers | unreleased | release, median | after the last task, median "
                + "| the same with lost events, p90 | GB-seconds per drain | invocations per drain |\n");
        text.append("| --- | --: | --: | --: | --: | --: | --: | --: |\n");
        for (String id : POLICIES) {
            SimTally tally = tally(id);
            text.append("| ").append(name(id));
            cell(text, Integer.toString(tally.cutTransfers()));
            cell(text, Integer.toString(tally.unreleased()));
            cell(text, seconds(tally.releaseSeconds(0.5), 0));
            cell(text, seconds(tally.afterLastSeconds(false, 0.5), 1));
            cell(text, seconds(tally.afterLastSeconds(true, 0.9), 0));
            cell(text, fixed(tally.gigabyteSecondsPerDrain(), 1));
            cell(text, fixed(tally.invocationsPerDrain(), 1));
            text.append(" |\n");
        }
        SimTally ours = tally("ours");
        text.append("\nIdle sweeps, while nothing drains: ")
                .append(fixed(ours.idleGigabyteSecondsPerDay(), 0))
                .append(" GB-seconds a day. Without losses, a STOPPED event released ")
                .append(fixed(100 * ours.shareReleasedByStop(), 0))
                .append(" % of the instances that became empty; ")
                .append(ours.atDeadline())
                .append(" instances never did and were released at the deadline.\n\n");
        text.append(
                "| mistake planted in ours | cut transfers | unreleased | released by a STOPPED event, without losses"
                        + " |\n");
        text.append("| --- | --: | --: | --: |\n");
        row(text, "ours", "none");
        for (String id : mutants()) {
            row(text, id, "`" + id + "`");
        }
        return text.toString();
    }

    private void row(StringBuilder text, String id, String name) {
        SimTally tally = tally(id);
        text.append("| ").append(name);
        cell(text, Integer.toString(tally.cutTransfers()));
        cell(text, Integer.toString(tally.unreleased()));
        cell(text, fixed(100 * tally.shareReleasedByStop(), 0) + " %");
        text.append(" |\n");
    }

    private static void cell(StringBuilder text, String value) {
        text.append(" | ").append(value);
    }

    static String name(String id) {
        return switch (id) {
            case "ours" -> "Bánh mì";
            case "managed" -> "ECS managed draining";
            case "cdkLoop" -> "CDK InstanceDrainHook";
            case "seed2018Repaired" -> "2018 loop, repaired";
            case "seed2018" -> "2018 loop, as written";
            default -> throw new IllegalArgumentException(id + " is no policy.");
        };
    }

    static List<String> policies() {
        return POLICIES;
    }

    private static String seconds(double value, int digits) {
        return Double.isNaN(value) ? "–" : fixed(value, digits) + " s";
    }

    static String fixed(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
