package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The rules for fleets, services, budgets and deployments against the simulator of the drain: what they accept harms nothing, and what they
 * refuse, deployed all the same, cuts requests, strands an instance or falls short of what it promises.
 */
class RulesAgainstSimulatorTest {
    private static final int DRAWN = 10_000;

    /** A tenth with {@code -Dbanhmi.exhaustive=true}, as in {@code make verify}, and a fortieth in {@code make test}; {@code make soak} has all. */
    private static final int SIMULATED = Boolean.getBoolean("banhmi.exhaustive") ? DRAWN / 10 : DRAWN / 40;

    private static final int LEAST_ACCEPTED_PERCENT = 30;
    private static final int MOST_HARMLESS_PERCENT = 3;

    private static final int OF_EACH_FAULT = 10;

    private record Judged(Settings settings, List<String> refusals, Map<String, Long> harm) {
        /** Whether anything is cut, stranded or falls short; that an alarm rings for nothing does not count. */
        boolean hurts() {
            return !harm.keySet().stream().allMatch(kind -> kind.startsWith("page") || kind.startsWith("rollback"));
        }
    }

    int simulated() {
        return SIMULATED;
    }

    @Test
    void refusesWhatHarmsAndNothingElse() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        DrainSimulator simulator = DrainSimulator.load();
        List<Settings> drawn = IntStream.range(0, DRAWN)
                .mapToObj(i -> Draw.any(Seed.ofDraw(seed, i)))
                .toList();
        long accepted = drawn.stream().filter(one -> one.refusals().isEmpty()).count();
        assertThat(drawn.stream()
                        .filter(one -> !one.largerType().equals(one.instanceType()))
                        .filter(one -> one.refusals().isEmpty())
                        .count())
                .as("accepted ones whose removed instance is larger than the others")
                .isGreaterThan(DRAWN / 50);
        List<Judged> judged = IntStream.range(0, simulated())
                .parallel()
                .mapToObj(i -> judged(simulator, drawn.get(i), seed + i))
                .toList();
        List<Judged> harmful = new ArrayList<>();
        List<Judged> harmless = new ArrayList<>();
        SortedMap<String, int[]> rules = new TreeMap<>();
        SortedMap<String, Integer> kinds = new TreeMap<>();
        for (Judged one : judged) {
            one.refusals().forEach(refusal -> {
                int[] counts = rules.computeIfAbsent(rule(refusal), name -> new int[2]);
                counts[0]++;
                counts[1] += one.hurts() ? 0 : 1;
            });
            if (!one.refusals().isEmpty()) {
                one.harm().keySet().forEach(kind -> kinds.merge(kind, 1, Integer::sum));
            }
            // What is accepted pages nobody either.
            if (one.refusals().isEmpty() && !one.harm().isEmpty()) {
                harmful.add(one);
            } else if (!one.refusals().isEmpty() && !one.hurts()) {
                harmless.add(one);
            }
        }
        long refused = judged.stream().filter(one -> !one.refusals().isEmpty()).count();
        System.out.printf(
                "%d drawn, %d accepted; %d simulated, of those %d refused, and %d of these cut, strand and fall short of"
                        + " nothing, although %d of them ring"
                        + " an alarm%n",
                DRAWN,
                accepted,
                judged.size(),
                refused,
                harmless.size(),
                harmless.stream().filter(one -> !one.harm().isEmpty()).count());
        rules.forEach(
                (rule, counts) -> System.out.printf("  %5d refused, %4d harmless: %s%n", counts[0], counts[1], rule));
        kinds.forEach((kind, times) -> System.out.printf("  %5d times %s%n", times, kind));
        harmless.forEach(one -> System.out.println("  harmless: " + one.refusals() + " " + one.settings()));

        assertThat(harmful).as("accepted, and harmful").isEmpty();
        assertThat(accepted * 100).isGreaterThanOrEqualTo((long) DRAWN * LEAST_ACCEPTED_PERCENT);
        assertThat((double) harmless.size()).as("refused, and harmless").isLessThanOrEqualTo(mostHarmless(refused));
    }

    /** A few of each, which is enough to notice a rule that is gone. */
    @Test
    void acceptsNoFaultThatHarms() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        DrainSimulator simulator = DrainSimulator.load();
        for (Draw.Fault fault : Draw.Fault.values()) {
            for (int i = 0; i < OF_EACH_FAULT; i++) {
                Settings settings = Draw.with(Seed.ofDraw(seed, i), fault);
                if (settings.refusals().isEmpty()) {
                    assertThat(simulator.harm(settings.numbers(seed)))
                            .as("%s %s", fault, settings)
                            .isEmpty();
                }
            }
        }
    }

    /** A task counts until it has stopped, some seconds after its last container: with many rounds these seconds are minutes. */
    @Test
    void givesManyRoundsTheTimeBetweenThem() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        DrainSimulator simulator = DrainSimulator.load();
        List<Settings> accepted = IntStream.range(0, DRAWN)
                .mapToObj(i -> Draw.with(Seed.ofDraw(seed, i), Draw.Fault.SCALES_TO_ODD_NUMBERS, 101))
                .filter(settings -> settings.refusals().isEmpty())
                .limit(OF_EACH_FAULT)
                .toList();

        assertThat(accepted).as("accepted").hasSize(OF_EACH_FAULT).allSatisfy(settings -> {
            assertThat(settings.services().get(0).forced().rounds()).isEqualTo(64);
            assertThat(simulator.harm(settings.numbers(seed)))
                    .as("%s", settings)
                    .isEmpty();
        });
    }

    /** In the place of a large instance the fleet adds small ones, one by one; with two services on it, those of both. */
    @Test
    void givesAFleetOfTwoSizesTheTimeToAddSeveralInstances() {
        long seed = Seed.choose();
        System.out.println(getClass().getSimpleName() + ": -Dbanhmi.seed=" + seed);
        DrainSimulator simulator = DrainSimulator.load();
        for (Draw.Fault fault : new Draw.Fault[] {null, Draw.Fault.SECOND_SERVICE}) {
            List<Settings> accepted = IntStream.range(0, DRAWN)
                    .mapToObj(i -> Draw.with(Seed.ofDraw(seed, i), fault))
                    .filter(settings ->
                            settings.grows() && !settings.largerType().equals(settings.instanceType()))
                    .filter(settings -> settings.refusals().isEmpty())
                    .limit(2 * OF_EACH_FAULT)
                    .toList();
            assertThat(accepted)
                    .as("accepted")
                    .hasSize(2 * OF_EACH_FAULT)
                    .allSatisfy(settings -> assertThat(simulator.harm(settings.numbers(seed)))
                            .as("%s", settings)
                            .isEmpty());
        }
    }

    /**
     * With the settings as they are drawn, and with other numbers of tasks and instances that register more of their memory: a refusal may be
     * right about any of these, and what is accepted must hurt with none.
     */
    private Judged judged(DrainSimulator simulator, Settings settings, long seed) {
        Judged drawn = new Judged(settings, settings.refusals(), simulator.harm(settings.numbers(seed)));
        if (drawn.hurts()) {
            return drawn;
        }
        List<Settings> variants = settings.variants().toList();
        return (drawn.refusals().isEmpty() ? ofAccepted(variants, seed) : variants)
                .stream()
                        .map(variant -> new Judged(variant, drawn.refusals(), simulator.harm(variant.numbers(seed))))
                        .filter(Judged::hurts)
                        .findFirst()
                        .orElse(drawn);
    }

    /** Of the variants of accepted settings, those to simulate: one, so that each is as likely as another. */
    List<Settings> ofAccepted(List<Settings> variants, long seed) {
        return List.of(variants.get(Seed.ofDraw(~seed, 0).nextInt(variants.size())));
    }

    /** Of all that can be drawn; these are a sample with a fresh seed, which may have five standard deviations more. */
    private static double mostHarmless(long refused) {
        double most = refused * MOST_HARMLESS_PERCENT / 100.0;
        return most + 5 * Math.sqrt(most);
    }

    /** A refusal without its numbers. */
    private static String rule(String refusal) {
        return refusal.replaceAll("[0-9]+", "#").replaceFirst(" does not hold.*", "");
    }
}
