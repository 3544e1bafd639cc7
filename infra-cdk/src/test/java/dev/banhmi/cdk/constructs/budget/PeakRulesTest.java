package dev.banhmi.cdk.constructs.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.cdk.constructs.budget.FleetOffer.Instance;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a fleet carries at the peak, how long a deployment takes there, and what a second service changes of it. */
class PeakRulesTest {
    private static final Instance LARGE = new Instance(2048, 8192, 7371);
    private static final Instance XLARGE = new Instance(4096, 16_384, 14_742);

    /** Start and health checks, deregistration delay, stop timeout, and until the task has stopped. */
    private static final long ROUND = 85 + 960 + 90 + 10;

    @Test
    void countsOnStepsOnlyWhereFullInstancesReserveThreeQuarters() {
        FleetRules steps = new FleetRules(fleet(3, 6, false, null, LARGE));

        assertThat(steps.unkept(demand(1200, 1024, 5), List.of()))
                .as("59 % of the CPU")
                .hasValueSatisfying(unkept -> {
                    assertThat(unkept.option()).isEqualTo("maxTasks");
                    assertThat(unkept.value())
                            .isEqualTo("5, of which the fleet carries 2 while an instance is drained");
                    assertThat(unkept.allowed()).startsWith("2 or less: minInstances 3, because full instances");
                });
        assertThat(steps.unkept(demand(1200, 1024, 2), List.of())).isEmpty();
        assertThat(steps.unkept(demand(1536, 1024, 5), List.of()))
                .as("75 % of the CPU")
                .isEmpty();
        assertThat(steps.unkept(demand(512, 3000, 5), List.of()))
                .as("73 % of the memory, if ECS registers all of it")
                .isPresent();
        assertThat(new FleetRules(fleet(3, 6, true, null, LARGE)).unkept(demand(1200, 1024, 5), List.of()))
                .as("ECS looks at the tasks themselves")
                .isEmpty();
    }

    @Test
    void countsOnStepsOnlyWhereInstancesOfEveryTypeReserveThreeQuarters() {
        ServiceDemand whole = demand(2048, 1024, 5);
        Instance between = new Instance(3072, 12_288, 11_052);

        assertThat(new FleetRules(fleet(3, 6, false, null, LARGE, XLARGE)).unkept(whole, List.of()))
                .isEmpty();
        assertThat(new FleetRules(fleet(3, 6, false, null, LARGE, between, XLARGE)).unkept(whole, List.of()))
                .as("two thirds of the second type")
                .isPresent();
    }

    /** One fills the memory of an instance, the other its CPU, so that half of each is reserved although nothing has room. */
    @Test
    void countsOnStepsBesideAnotherServiceOnlyWhereBothFillTheSame() {
        FleetRules steps = new FleetRules(fleet(5, 9, false, null, LARGE));
        ServiceDemand byCpu = demand(512, 512, 15);

        assertThat(steps.unkept(byCpu, List.of(demand(512, 512, 2)))).isEmpty();
        assertThat(steps.unkept(byCpu, List.of(demand(128, 1800, 2)))).isPresent();
    }

    /** Between none and all of the other's tasks is the number that leaves room for one task at a time, which is three rounds of waiting. */
    @Test
    void waitsForEveryNumberOfTasksOfTheOthers() {
        FleetRules rules = new FleetRules(fleet(2, 4, true, null, LARGE));
        ServiceDemand deployed = new ServiceDemand(budget().build(), 1024, 1024, 4, 4);
        ServiceDemand other = new ServiceDemand(budget().tasks(1).build(), 1024, 1024, 1, 4);

        assertThat(rules.deploymentWait(deployed, List.of(other))).isEqualTo(Duration.ofSeconds(3 * ROUND));
    }

    /** Nineteen tasks fill four instances and three quarters of the fifth: nine new ones need two more, not three, and the first place is used at once. */
    @Test
    void countsTheRoomOfInstancesThatAreThere() {
        FleetRules rules = new FleetRules(fleet(0, 7, true, null, XLARGE));
        DrainBudget slow = budget().tasks(16)
                .instances(7)
                .fleetGrows(Duration.ofSeconds(476))
                .maxRequestDuration(Duration.ofMinutes(50))
                .build();
        long round = 85 + 3_060 + 90 + 10;

        assertThat(3 * 476 + 3 * round).as("one after the other").isGreaterThan(10_800);
        assertThat(rules.unkept(new ServiceDemand(slow, 1024, 1024, 16, 20), List.of()))
                .isEmpty();
    }

    /** In the place of a large instance there are two small ones with both, and the first service's last task is replaced five minutes later. */
    @Test
    void refusesAServiceThatMakesTheReplacementsOfAnotherLate() {
        DrainBudget drain = budget().maxRequestDuration(Duration.ofMinutes(40))
                .hookTimeout(Duration.ofSeconds(3_470))
                .build();
        FleetRules rules = new FleetRules(fleet(0, 4, true, drain, LARGE, XLARGE));
        DrainBudget patient = budget().fleetGrows(Duration.ofMinutes(5))
                .hookTimeout(Duration.ofMinutes(40))
                .build();
        DrainBudget quick = budget().fleetGrows(Duration.ofMinutes(1))
                .taskStart(Duration.ofSeconds(1))
                .healthChecks(Duration.ofSeconds(1))
                .hookTimeout(Duration.ofMinutes(40))
                .build();
        ServiceDemand first = new ServiceDemand(patient, 1024, 1024, 2, 2);
        ServiceDemand second = new ServiceDemand(quick, 1024, 1024, 2, 2);

        assertThat(rules.unkept(first, List.of())).isEmpty();
        assertThat(rules.unkept(second, List.of(first)))
                .hasValueSatisfying(unkept -> assertThat(unkept.value())
                        .isEqualTo("one for a fleet on which that of another service is one whose last task is replaced"
                                + " after 685 s, on a fleet whose drain expects that after 500 s"));
    }

    private static FleetOffer fleet(
            int minInstances, int maxInstances, boolean grows, @Nullable DrainBudget drain, Instance... types) {
        return new FleetOffer(
                minInstances,
                maxInstances,
                grows,
                Optional.of(types[0]),
                Optional.of(types[types.length - 1]),
                List.of(types),
                Optional.ofNullable(drain));
    }

    private static ServiceDemand demand(int cpuUnits, int memoryMiB, int maxTasks) {
        return new ServiceDemand(budget().instances(3).build(), cpuUnits, memoryMiB, 2, maxTasks);
    }

    private static DrainBudget.Builder budget() {
        return DrainBudget.Builder.create().tasks(2).instances(2);
    }
}
