package dev.banhmi.local.mutants;

import java.util.List;

/** What the tests of the constructs have to see. */
final class InfrastructureFaults {

    private static final String SERVICE_ROLES_TEST = "constructs.service.ServiceRolesTest";
    private static final String FLEET_REFRESH_TEST = "constructs.fleet.FleetRefreshTest";

    private InfrastructureFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a budget may be a second short",
                        "constructs/budget/BudgetRules.java",
                        "value >= least.value()",
                        "value >= least.value() - 1",
                        "constructs.budget.DrainBudgetTest#listsEverythingThatDoesNotFit"),
                new Mutant(
                        "a task's role can be assumed on behalf of another account",
                        "constructs/service/ServiceRoles.java",
                        "Map.of(\"aws:SourceAccount\", stack.getAccount())",
                        "Map.of(\"aws:SourceAccount\", \"*\")",
                        SERVICE_ROLES_TEST + "#theCodeInATaskHasNoRightYetAndItsRoleIsTakenByEcsOfThisAccountOnly"),
                new Mutant(
                        "whoever starts a task may also push its image",
                        "constructs/service/ServiceRoles.java",
                        "repository.grantPull(role);",
                        "repository.grantPullPush(role);",
                        SERVICE_ROLES_TEST + "#aTaskIsStartedWithItsLogsAndItsImage"),
                new Mutant(
                        "the stop timeout has no room for aborts",
                        "constructs/budget/BudgetDerivation.java",
                        "shutdown + aborts + EXIT,",
                        "shutdown + EXIT,",
                        "constructs.budget.DrainBudgetTest#listsEverythingThatDoesNotFit"),
                new Mutant(
                        "a service may need longer than its fleet is given",
                        "constructs/service/FleetPromise.java",
                        "if (given < needed) {",
                        "if (given < 0) {",
                        "constructs.service.FleetPromiseTest#refusesAServiceThatNeedsLongerThanItsFleetIsGiven"),
                new Mutant(
                        "a capacity provider may say nothing of managed draining",
                        "constructs/drain/DrainCheck.java",
                        "Managed.OFF : Managed.NOT_STATED",
                        "Managed.OFF : Managed.OFF",
                        "constructs.drain.DrainStrategyTest#refusesAProviderWhoseDrainingIsKnownOnlyWhenDeployed"),
                new Mutant(
                        "a warm pool may take instances back on scale-in",
                        "constructs/drain/DrainCheck.java",
                        "expected != Expected.NOTHING && reuses(pool)",
                        "false",
                        "constructs.drain.WarmPoolTest#refusesOneThatWasThereBefore"),
                new Mutant(
                        "a renamed group keeps the drainer's version",
                        "constructs/drain/StatedName.java",
                        "return stated.toString();",
                        "return GENERATED;",
                        "constructs.drain.PublishedVersionTest#takesANameThatOnlyTheTemplateCanChange"),
                new Mutant(
                        "a refresh replaces all instances at the same time",
                        "constructs/fleet/FleetRefresh.java",
                        "static final int MAX_HEALTHY = 110;",
                        "static final int MAX_HEALTHY = 200;",
                        FLEET_REFRESH_TEST + "#replacesATenthAtATimeAndFirstOfAllOne"),
                new Mutant(
                        "a refresh goes on before its first instance has shown that it carries tasks",
                        "constructs/fleet/FleetRefresh.java",
                        "getReplacementLimit().toSeconds() + ALARM_SECONDS",
                        "getReplacementLimit().toSeconds() - ALARM_SECONDS",
                        FLEET_REFRESH_TEST + "#pausesUntilTheAlarmOfMissingReplacementsWouldHaveRung"),
                new Mutant(
                        "a refresh watches no alarm of the drain",
                        "constructs/fleet/FleetRefresh.java",
                        "alarms.addAll(drain.getRefreshAlarms());",
                        "drain.getRefreshAlarms();",
                        FLEET_REFRESH_TEST + "#failsAtTheAlarmsOfTheDrainWithoutACircle"),
                new Mutant(
                        "an instance enters service at the end of the hook although it never joined the cluster",
                        "constructs/drain/InstanceDrain.java",
                        ".defaultResult(DefaultResult.ABANDON)",
                        ".defaultResult(DefaultResult.CONTINUE)",
                        "constructs.drain.InstanceDrainTest#letsInstancesIntoServiceOnlyWhenTheFunctionSaysSo"));
    }
}
