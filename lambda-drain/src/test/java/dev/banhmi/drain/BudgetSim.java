package dev.banhmi.drain;

import dev.banhmi.drain.BudgetCase.Fleet;
import dev.banhmi.drain.BudgetCase.Service;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Tells what a deployment's numbers do when an instance is removed and everything takes as long as it may. It takes the numbers by their names
 * and returns the first harm by its kind and trouble, nothing where every promise is kept. Only types of the JDK cross, because other modules'
 * tests load it from this module's classes. Thread-safe.
 */
public final class BudgetSim implements Function<Map<String, Long>, Map<String, Long>> {

    /** The gateway lets a request wait for so long before it begins, and refuses a longest request that is no longer. */
    private static final long LONGEST_WAIT = 30;

    /** For whoever loads the class by its name. */
    public BudgetSim() {}

    @Override
    public Map<String, Long> apply(Map<String, Long> numbers) {
        BudgetCase given = BudgetCase.of(numbers);
        SortedMap<String, Long> harm = new TreeMap<>();
        if (isRefused(given.fleet()) || given.services().stream().anyMatch(BudgetSim::isRefused)) {
            harm.put("short: the deployment fails", 1L);
            return harm;
        }
        given.services().forEach(service -> standing(harm, service));
        given.services().forEach(service -> peak(harm, given, service));
        long seed = numbers.getOrDefault("seed", 0L);
        for (BudgetTrouble trouble : BudgetTrouble.values()) {
            if (reachesNoTransfer(harm) && BudgetRun.isPromised(given, trouble)) {
                new BudgetRun(given, trouble, seed)
                        .harm()
                        .forEach((kind, times) -> harm.put(kind + ": " + trouble, (long) times));
            }
        }
        return harm;
    }

    /** One harm to what runs is enough; behind what rings for nothing there may be another one. */
    private static boolean reachesNoTransfer(SortedMap<String, Long> harm) {
        return harm.keySet().stream()
                .allMatch(kind -> kind.startsWith(BudgetRun.PAGE) || kind.startsWith(BudgetRun.ROLLBACK));
    }

    /** The bounds of a lifecycle hook, and of the budget that the function is told beside a shorter one. */
    private static boolean isRefused(Fleet fleet) {
        return fleet.heartbeat() < 30
                || fleet.heartbeat() > 7_200
                || (fleet.livesOnHeartbeats() && fleet.hookTimeout() > DrainPolicy.LONGEST_BUDGET.toSeconds());
    }

    /** The bounds of target group, container and load balancer, and what the gateway refuses to start with. */
    private static boolean isRefused(Service service) {
        return service.deregistration() > 3_600
                || service.stop() < 2
                || service.stop() > 120
                || service.albIdle() < 1
                || service.albIdle() > 4_000
                || service.shutdown() - SimParameters.PRE_STOP_MILLIS / 1_000 > service.longest()
                || service.longest() <= LONGEST_WAIT;
    }

    /** What goes wrong every day, without any removal. */
    private static void standing(SortedMap<String, Long> harm, Service service) {
        if (service.albIdle() < Math.max(service.silence(), service.maxIdle())) {
            harm.merge("cut: a silence", 1L, Long::sum);
        }
        if (service.keepAlive() <= service.albIdle()) {
            harm.merge("cut: a connection that both sides close", 1L, Long::sum);
        }
        int kept = Service.ceilingOfPercent(service.least(), service.minimumPercent());
        int most = service.least() * service.maximumPercent() / 100;
        if (kept == 0 || (kept >= service.least() && most <= service.least())) {
            harm.merge("short: a deployment", 1L, Long::sum);
        }
    }

    /** What every peak would show, and every deployment at one. */
    private static void peak(SortedMap<String, Long> harm, BudgetCase given, Service service) {
        List<Service> others = new ArrayList<>(given.services());
        others.remove(service);
        BudgetDeployment deployment = new BudgetDeployment(given.fleet(), service, others);
        if (!deployment.carriesTheMost()) {
            harm.merge("short: tasks at the peak", 1L, Long::sum);
        } else if (IntStream.rangeClosed(service.least(), service.most())
                .mapToObj(deployment::seconds)
                .anyMatch(taken -> taken.orElse(Long.MAX_VALUE) > BudgetDeployment.LONGEST)) {
            harm.merge("short: a deployment at the peak", 1L, Long::sum);
        }
    }
}
