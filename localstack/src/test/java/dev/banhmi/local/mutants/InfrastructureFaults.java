package dev.banhmi.local.mutants;

import java.util.List;
import java.util.stream.Stream;

/** What the tests of the constructs have to see. */
final class InfrastructureFaults {

    private static final String SERVICE_ROLES_TEST = "constructs.service.ServiceRolesTest";
    private static final String SCALE_IN_PROTECTION_TEST = "constructs.fleet.ScaleInProtectionTest";
    private static final String FLEET_REFRESH_TEST = "constructs.fleet.FleetRefreshTest";
    private static final String REFRESH_ROLLBACK_TEST = "constructs.fleet.RefreshRollbackTest";

    private static final String FLEET_PROMISE_TEST = "constructs.service.FleetPromiseTest";
    private static final String BUDGET_TEST = "constructs.budget.DrainBudgetTest";
    private static final String PEAK_RULES_TEST = "constructs.budget.PeakRulesTest";
    private static final String RULES_TEST = "constructs.budget.RulesAgainstSimulatorTest#acceptsNoFaultThatHarms";

    private static final String SHARED_FLEET_TEST = "constructs.observe.SharedFleetTest";
    private static final String ALARM_NOTICES_TEST = "constructs.AlarmNoticesTest";
    private static final String WORDS_TEST = "constructs.WordsOfCdkTest";

    private InfrastructureFaults() {}

    static List<Mutant> all() {
        return Stream.of(constructs(), betweenStacks(), alarmsAndEntrances(), budgets())
                .flatMap(List::stream)
                .toList();
    }

    /** One for each rule of the budgets' room, most of them killed by settings that are drawn and by the drain's simulator. */
    private static List<Mutant> budgets() {
        return List.of(
                new Mutant(
                        "a deregistration delay forgets that a request may be silent",
                        "constructs/budget/BudgetDerivation.java",
                        "sum(longest + idle, \"maxRequestDuration \"",
                        "sum(longest, \"maxRequestDuration \"",
                        RULES_TEST),
                new Mutant(
                        "a deregistration delay may be longer than a target group allows",
                        "constructs/budget/BudgetDerivation.java",
                        "new Sum(LONGEST_DEREGISTRATION, \"3600 s",
                        "new Sum(2 * LONGEST_DEREGISTRATION, \"3600 s",
                        RULES_TEST),
                new Mutant(
                        "a shutdown may be longer than the longest request",
                        "constructs/budget/BudgetDerivation.java",
                        "Sum.of(\"maxRequestDuration\", longest, SECONDS),",
                        "Sum.of(\"maxRequestDuration\", longest + 60, SECONDS),",
                        RULES_TEST),
                new Mutant(
                        "a stop timeout may be longer than ECS allows",
                        "constructs/budget/BudgetDerivation.java",
                        "new Sum(LONGEST_STOP, \"120 s",
                        "new Sum(2 * LONGEST_STOP, \"120 s",
                        RULES_TEST),
                new Mutant(
                        "a load balancer may cut a client's silence",
                        "constructs/budget/BudgetDerivation.java",
                        "boolean service = silence >= idle;",
                        "boolean service = true;",
                        RULES_TEST),
                new Mutant(
                        "a service may close connections before the load balancer does",
                        "constructs/budget/BudgetDerivation.java",
                        "sum(idle + 1, \"albIdleTimeout \"",
                        "sum(idle / 2, \"albIdleTimeout \"",
                        RULES_TEST),
                new Mutant(
                        "a hook has no time for the first look and the release",
                        "constructs/budget/BudgetDerivation.java",
                        "DEPROVISIONING + RELEASE;",
                        "DEPROVISIONING;",
                        BUDGET_TEST),
                new Mutant(
                        "between rounds nothing takes any time",
                        "constructs/budget/BudgetDerivation.java",
                        "(rounds - 1) * DEPROVISIONING + RELEASE;",
                        "RELEASE;",
                        "constructs.budget.RulesAgainstSimulatorTest#givesManyRoundsTheTimeBetweenThem"),
                new Mutant(
                        "heartbeats prolong a wait for ever",
                        "constructs/budget/BudgetDerivation.java",
                        "Math.min(LONGEST_WAIT, HEARTBEATS * heartbeat) - SWEEPS * SWEEP;",
                        "LONGEST_WAIT - SWEEPS * SWEEP;",
                        RULES_TEST),
                new Mutant(
                        "a heartbeat timeout may be longer than the drain",
                        "constructs/budget/BudgetDerivation.java",
                        "Sum.of(\"hookTimeout\", hook, SECONDS),\n                \"The first",
                        "Sum.of(\"hookTimeout\", LONGEST_HEARTBEAT, SECONDS),\n                \"The first",
                        RULES_TEST),
                new Mutant(
                        "a wait that lives on heartbeats survives no lost sweep",
                        "constructs/budget/BudgetDerivation.java",
                        "if (heartbeat < hook) {",
                        "if (heartbeat < 0) {",
                        RULES_TEST),
                new Mutant(
                        "a drain that takes its time is late",
                        "constructs/budget/BudgetDerivation.java",
                        "Math.max(hook * 8 / 10, hook - LEFT_OVER)",
                        "hook * 8 / 10",
                        RULES_TEST),
                new Mutant(
                        "all tasks are replaced in one round",
                        "constructs/budget/BudgetRoom.java",
                        "long rounds = ceiling(perInstance, Math.max(1, atOnce));",
                        "long rounds = 1;",
                        BUDGET_TEST),
                new Mutant(
                        "no replacement may start and no task stop",
                        "constructs/budget/BudgetRoom.java",
                        "if (extra == 0 && spare > 0) {",
                        "if (extra == 0) {",
                        BUDGET_TEST),
                new Mutant(
                        "a service whose tasks may stop first is refused",
                        "constructs/budget/BudgetRoom.java",
                        "if (extra == 0 && spare > 0) {",
                        "if (extra == 0 && spare > tasks) {",
                        BUDGET_TEST + "#stopsTasksFirstWhereNoReplacementMayStartBefore"),
                new Mutant(
                        "tasks that stop first all stop in one round",
                        "constructs/budget/BudgetRoom.java",
                        "return extra > 0 ? extra : spare(tasks);",
                        "return extra > 0 ? extra : tasks;",
                        RULES_TEST),
                new Mutant(
                        "an instance may run fewer tasks than there are",
                        "constructs/budget/BudgetRoom.java",
                        "new Sum(fewest, \"⌈tasks \"",
                        "new Sum(0, \"⌈tasks \"",
                        BUDGET_TEST),
                new Mutant(
                        "packed tasks are counted as somebody said, not as they fit",
                        "constructs/budget/BudgetRoom.java",
                        "return said == null || fit < UNKNOWN",
                        "return said == null",
                        FLEET_PROMISE_TEST + "#believesASaidNumberOfTasksOnAnInstanceOnlyWhereItIsNotKnownHowManyFit"),
                new Mutant(
                        "the instance that goes has room for the replacements",
                        "constructs/budget/BudgetRoom.java",
                        "grows ? options.instances() : options.instances() - 1L;",
                        "options.instances();",
                        RULES_TEST),
                new Mutant(
                        "a deployment may stop every task at once",
                        "constructs/budget/RollingRoom.java",
                        "if (spare() >= tasks) {",
                        "if (spare() > tasks) {",
                        RULES_TEST),
                new Mutant(
                        "a fleet's drain may cut the tasks of a slower service",
                        "constructs/budget/FleetRules.java",
                        "return given >= service.stoppingSeconds()",
                        "return given >= 0",
                        RULES_TEST),
                new Mutant(
                        "a fleet's drain pages for replacements that are on time",
                        "constructs/budget/FleetRules.java",
                        "return given >= needed",
                        "return given >= 0",
                        RULES_TEST),
                new Mutant(
                        "a budget may count on growth that is not there",
                        "constructs/budget/FleetRules.java",
                        "fleet.grows() || !service",
                        "true || !service",
                        RULES_TEST),
                new Mutant(
                        "a budget may count on more instances than there are",
                        "constructs/budget/FleetRules.java",
                        "service.budget().instances() <= sure",
                        "service.budget().instances() <= sure + 3",
                        RULES_TEST),
                new Mutant(
                        "a budget may be for smaller tasks or larger instances",
                        "constructs/budget/FleetRules.java",
                        "return value <= most",
                        "return value <= 4 * most",
                        RULES_TEST),
                new Mutant(
                        "a drain need not last for every number of tasks",
                        "constructs/budget/FleetRules.java",
                        "return needed <= service.hookSeconds()",
                        "return needed <= 9 * service.hookSeconds()",
                        FLEET_PROMISE_TEST),
                new Mutant(
                        "several small instances in the place of a large one start at the same time",
                        "constructs/budget/DrainBudget.java",
                        "Math.max(0, starts - rounds)",
                        "0L",
                        "constructs.budget.RulesAgainstSimulatorTest#givesAFleetOfTwoSizesTheTimeToAddSeveralInstances"),
                new Mutant(
                        "a service may be scaled to more tasks than its fleet carries",
                        "constructs/budget/PeakRules.java",
                        "if (service.maxTasks() > carried) {",
                        "if (service.maxTasks() > 3 * carried) {",
                        FLEET_PROMISE_TEST + "#refusesMoreTasksThanTheFleetCarriesAtItsLargest"),
                new Mutant(
                        "a deployment at the peak may find no room",
                        "constructs/budget/PeakRules.java",
                        "return atOnce > 0 &&",
                        "return atOnce == 0 ||",
                        FLEET_PROMISE_TEST + "#refusesATaskMoreThanADeploymentHasRoomOrTimeFor"),
                new Mutant(
                        "a deployment has all its instances at once",
                        "constructs/budget/PeakRules.java",
                        "arrival += start;",
                        "arrival += 0;",
                        FLEET_PROMISE_TEST + "#refusesADeploymentWhoseInstancesComeTooLate"),
                new Mutant(
                        "an alarm has no patience for instances that come one by one",
                        "constructs/budget/PeakRules.java",
                        "starts(service, tasks, free) - 1",
                        "0",
                        "constructs.observe.ServiceObservabilityTest#waitsForInstancesThatComeOneByOne"),
                new Mutant(
                        "tasks are counted on instances that steps never start",
                        "constructs/budget/Steps.java",
                        "REACHED_PERCENT = 75",
                        "REACHED_PERCENT = 0",
                        PEAK_RULES_TEST + "#countsOnStepsOnlyWhereFullInstancesReserveThreeQuarters"),
                new Mutant(
                        "a second service may make the first one's replacements late",
                        "constructs/budget/FleetRules.java",
                        "if (early != null) {",
                        "if (early != null && early.option().isEmpty()) {",
                        PEAK_RULES_TEST + "#refusesAServiceThatMakesTheReplacementsOfAnotherLate"),
                new Mutant(
                        "a deployment may take longer than CloudFormation waits",
                        "constructs/budget/PeakRules.java",
                        "Duration.ofHours(3)",
                        "Duration.ofHours(9)",
                        RULES_TEST),
                new Mutant(
                        "two services share one room",
                        "constructs/budget/FleetRules.java",
                        "return instances * fit >= tasks",
                        "return instances * fit >= 0",
                        FLEET_PROMISE_TEST + "#refusesASecondServiceThatLeavesTheReplacementsNoRoom"));
    }

    /** What needs what in which order, also where several services, stacks or nested ones are concerned. */
    private static List<Mutant> betweenStacks() {
        return List.of(
                new Mutant(
                        "services of a fleet are deployed at the same time",
                        "constructs/service/ServicesInTurn.java",
                        ".ifPresent(before -> service.getNode().addDependency(before.service()));",
                        ".ifPresent(before -> {});",
                        SHARED_FLEET_TEST + "#servicesOfOneStackAreDeployedOneAfterTheOther"),
                new Mutant(
                        "an earlier service of a fleet may need a later one",
                        "constructs/service/ServicesInTurn.java",
                        "circles.add(refusal(earlier, other, needing, needed))",
                        "{}",
                        SHARED_FLEET_TEST + "#aServiceThatNeedsALaterOneIsRefused"),
                new Mutant(
                        "a hook holds before the rules are there",
                        "constructs/drain/InstanceDrain.java",
                        "events.rules().forEach(hook.getNode()::addDependency);",
                        "",
                        "constructs.drain.GroupsOfADrainTest#holdsNoInstanceOfItsOwnStackBeforeEither"),
                new Mutant(
                        "a hook of another stack holds before failed events are kept",
                        "constructs/drain/InstanceDrain.java",
                        "hook.getNode().addDependency(alias, sweeper);",
                        "",
                        "constructs.drain.GroupsOfADrainTest#holdsNoInstanceOfAnotherStackBeforeTheDrainerIsThere"),
                new Mutant(
                        "a template may have a circle",
                        "constructs/limits/TemplateReferences.java",
                        "if (path.contains(id)) {",
                        "if (false) {",
                        "constructs.limits.TemplateLimitsTest#namesACircle"),
                new Mutant(
                        "a nested stack may have anything",
                        "constructs/StackTemplate.java",
                        "path.endsWith(NESTED)",
                        "false",
                        "constructs.limits.TemplateLimitsTest#readsTheTemplateOfANestedStack"),
                new Mutant(
                        "the topic of a stack is left out where the fleet is nested in it",
                        "constructs/observe/ServiceObservability.java",
                        "return !isIn(ofTopic, Stack.of(drain))",
                        "return !ofTopic.equals(stackOf(drain))",
                        SHARED_FLEET_TEST + "#aTopicOfTheStackInWhichTheFleetIsNestedHearsOfTheDrains"));
    }

    /** Whom alarms reach, whom load balancers do, and what is said of what AWS would refuse. */
    private static List<Mutant> alarmsAndEntrances() {
        return List.of(
                new Mutant(
                        "a topic is notified twice",
                        "constructs/AlarmNotices.java",
                        "new Construct(alarm, notified);",
                        "",
                        SHARED_FLEET_TEST + "#topicsOfTwoStacksThatHaveOneNameAreTwo"),
                new Mutant(
                        "a topic is taken for another one of its name",
                        "constructs/AlarmNotices.java",
                        "NOTIFIED + topic.getNode().getPath();",
                        "NOTIFIED + topic.getNode().getId();",
                        SHARED_FLEET_TEST + "#topicsOfTwoStacksThatHaveOneNameAreTwo"),
                new Mutant(
                        "a topic that is imported twice is notified twice",
                        "constructs/AlarmNotices.java",
                        "(isLiteral(topic) && told.contains(topic.getTopicArn()))",
                        "false",
                        SHARED_FLEET_TEST + "#aTopicThatIsImportedTwiceIsOne"),
                new Mutant(
                        "alarms are shut out by a topic's own policy",
                        "constructs/AlarmNotices.java",
                        "open.getDocument().addStatements(publish);",
                        "",
                        ALARM_NOTICES_TEST + "#opensAPolicyThatComesAfterTheAlarms"),
                new Mutant(
                        "alarms of any account may publish to a topic",
                        "constructs/AlarmNotices.java",
                        "Stack.of(alarm).getAccount()",
                        "\"*\"",
                        ALARM_NOTICES_TEST + "#opensATopicThatTakesTlsOnlyOnceForTwoAlarms"),
                new Mutant(
                        "alarms cannot encrypt for a topic with a key",
                        "constructs/AlarmNotices.java",
                        "\"kms:Decrypt\", \"kms:GenerateDataKey*\"",
                        "\"kms:Decrypt\"",
                        ALARM_NOTICES_TEST + "#opensTheKeyOfATopic"),
                new Mutant(
                        "nothing says that a key keeps alarms out",
                        "constructs/AlarmNotices.java",
                        "if (!keyIsOpen) {",
                        "if (false) {",
                        ALARM_NOTICES_TEST + "#warnsOfAKeyThatIsNotTheAppsToOpen"),
                new Mutant(
                        "logs go to a bucket with the account's KMS key",
                        "constructs/LogBucket.java",
                        "bucket.getEncryptionKey() != null || isEncryptedByKms(bucket)",
                        "bucket.getEncryptionKey() != null",
                        WORDS_TEST + "#s3WritesNoLogsToABucketWithAKey"),
                new Mutant(
                        "a load balancer may have two subnets in a zone",
                        "constructs/ChosenSubnets.java",
                        "zone.getValue() > 1",
                        "zone.getValue() > 100",
                        WORDS_TEST + "#aLoadBalancerIsInOneSubnetOfEachZone"),
                new Mutant(
                        "a load balancer may be in one zone",
                        "constructs/service/ZeroDowntimeService.java",
                        "subnets.zones().size() == 1",
                        "subnets.zones().size() == 100",
                        WORDS_TEST + "#aLoadBalancerIsInTwoZones"),
                new Mutant(
                        "a fleet may have no subnets",
                        "constructs/ChosenSubnets.java",
                        "throw (IllegalArgumentException)\n                    none(where, option, vpc, remedy + \" CDK says: \" + reason(e)).initCause(e);",
                        "throw e;",
                        WORDS_TEST + "#aFleetNeedsSubnets"),
                new Mutant(
                        "a number that is a token is shown as what it is encoded in",
                        "constructs/TokenNumber.java",
                        "number.doubleValue() < GREATEST",
                        "false",
                        WORDS_TEST + "#aNumberThatIsATokenIsCalledSo"),
                new Mutant(
                        "a load balancer reaches the instances of another fleet",
                        "constructs/service/TaskPorts.java",
                        "found = true;\n                } else {\n                    remove(rule);",
                        "found = true;\n                } else {",
                        "constructs.service.TaskPortsTest#aServiceThatComesLastReachesOnlyItsOwnFleet"),
                new Mutant(
                        "a load balancer may send to any port of any fleet",
                        "constructs/service/TaskPorts.java",
                        "&& isThat(balancers, stack, rule.getGroupId())) {",
                        "&& false) {",
                        "constructs.service.TaskPortsTest#soDoBothWhereBothFleetsAreThereBefore"),
                new Mutant(
                        "another version of the library replaces a service's target group",
                        "constructs/service/ServiceEntrance.java",
                        "PLACEHOLDER = 8080;",
                        "PLACEHOLDER = 80;",
                        "constructs.service.ZeroDowntimeServiceOptionsTest#makesTasksOfTheSizeAndPortThatAreSaid"));
    }

    private static List<Mutant> constructs() {
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
                        "Map.of(\"aws:SourceAccount\", Stack.of(scope).getAccount())",
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
                        "constructs/budget/FleetRules.java",
                        "return given >= service.hookSeconds()",
                        "return given >= 0",
                        FLEET_PROMISE_TEST + "#refusesAServiceThatNeedsLongerThanItsFleetIsGiven"),
                new Mutant(
                        "a capacity provider may say nothing of managed draining",
                        "constructs/drain/DrainCheck.java",
                        "Managed.OFF : Managed.NOT_STATED",
                        "Managed.OFF : Managed.OFF",
                        "constructs.drain.DrainStrategyTest#refusesAProviderWhoseDrainingIsKnownOnlyWhenDeployed"),
                new Mutant(
                        "an update may replace a group that the drainer knows by its name",
                        "constructs/drain/DrainCheck.java",
                        "expected == Expected.HOOK && isReplaced()",
                        "false",
                        "constructs.drain.GroupsOfADrainTest#refusesAGroupThatAnUpdateReplaces"),
                new Mutant(
                        "a deployment that goes on in rounds rings for missing capacity",
                        "constructs/budget/PeakRules.java",
                        "service.budget().rounds(DrainLength.ceiling(tasks, atOnce) - (free > 0 ? 1 : 0))",
                        "Duration.ZERO",
                        "constructs.observe.ServiceObservabilityTest#waitsForTheRoundsOfADeploymentThatHasNoRoomForAllTasksAtOnce"),
                new Mutant(
                        "a deployment that stops tasks first rings for missing capacity",
                        "constructs/budget/PeakRules.java",
                        "Math.min(extra, free) + room.spare();",
                        "Math.min(extra, free);",
                        "constructs.observe.ServiceObservabilityTest#waitsForADeploymentThatStopsTasksFirst"),
                new Mutant(
                        "a service that comes later takes room that no alarm knows of",
                        "constructs/observe/ServiceObservability.java",
                        "service::getLongestDeploymentWait)",
                        "java.util.Optional.of(service.getLongestDeploymentWait())::get)",
                        "constructs.observe.ServiceObservabilityTest#waitsAlsoForTheRoomThatAServiceTakesLater"),
                new Mutant(
                        "an instance in Standby fails each refresh",
                        "constructs/fleet/FleetRefresh.java",
                        ".standbyInstances(\"Ignore\")",
                        "",
                        "constructs.fleet.FleetRefreshTest#leavesAnInstanceInStandbyToWhomeverSetItAside"),
                new Mutant(
                        "a group may be renamed after the drainer's version was published for it",
                        "constructs/drain/DrainCheck.java",
                        "!StatedName.of(group).equals(name)",
                        "false",
                        "constructs.drain.GroupsOfADrainTest#refusesANameThatComesAfterTheDrain"),
                new Mutant(
                        "targets have no listener while a service gets its certificate",
                        "constructs/service/ServiceEntrance.java",
                        "plain.getNode().addDependency(https);",
                        "",
                        "constructs.service.ZeroDowntimeServiceTest#port80LetsGoOfTheTargetsWhenPort443HasThem"),
                new Mutant(
                        "what only rolls a deployment back wakes somebody",
                        "constructs/observe/ServiceObservability.java",
                        "ours.forEach(alarm",
                        "Stream.of(ours, service.getDeploymentAlarms()).flatMap(List::stream).forEach(alarm",
                        "constructs.observe.ServiceObservabilityTest#whatOnlyRollsBackNotifiesNobody"),
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
                        "a refresh waits for ever for instances that ECS protects",
                        "constructs/fleet/FleetRefresh.java",
                        ".scaleInProtectedInstances(\"Refresh\")",
                        ".scaleInProtectedInstances(\"Wait\")",
                        FLEET_REFRESH_TEST + "#replacesATenthAtATimeAndFirstOfAllOne"),
                new Mutant(
                        "a refresh is done before its last instances have shown that they carry tasks",
                        "constructs/fleet/FleetRefresh.java",
                        ".bakeTime(pause)",
                        ".bakeTime(0)",
                        FLEET_REFRESH_TEST + "#pausesUntilTheAlarmOfMissingReplacementsWouldHaveRung"),
                new Mutant(
                        "a refresh names an alarm that is in another stack",
                        "constructs/fleet/FleetRefresh.java",
                        "return isInOwnStack(alarm) ||",
                        "return true ||",
                        FLEET_PROMISE_TEST + "#leavesTheErrorsOfAServiceInAnotherStackOutOfTheRefreshAndSaysSo"),
                new Mutant(
                        "a fleet takes a drain whose alarms it cannot name",
                        "constructs/fleet/FleetRefresh.java",
                        "if (!isInOwnStack(drain)) {",
                        "if (false) {",
                        FLEET_REFRESH_TEST + "#refusesASharedDrainWhoseAlarmsAreInAnotherStack"),
                new Mutant(
                        "a template may refer to what it does not have",
                        "constructs/limits/TemplateReferences.java",
                        "if (!resources.contains(name)) {",
                        "if (false) {",
                        "constructs.limits.TemplateLimitsTest#plainCdkNamesAnAlarmOfAnotherStackThatIsNotThere"),
                new Mutant(
                        "a refresh names more alarms than Auto Scaling takes",
                        "constructs/fleet/FleetRefresh.java",
                        "if (alarms.size() == MOST_ALARMS) {",
                        "if (alarms.size() > MOST_ALARMS) {",
                        FLEET_REFRESH_TEST + "#watchesAsManyAlarmsAsARefreshTakesAndNamesTheOneThatIsLeftOut"),
                new Mutant(
                        "a refresh watches an alarm that rings as long as a drain is held",
                        "constructs/drain/DrainMetrics.java",
                        "metric(\"ReplacementsOverdue\", \"Sum\")",
                        "metric(\"ReplacementWait\", \"Maximum\")",
                        FLEET_REFRESH_TEST + "#watchesNoAlarmThatRingsUntilTheRollbackHasHelped"),
                new Mutant(
                        "a launch template is changed in place, so a rollback replaces the whole fleet",
                        "constructs/fleet/LaunchTemplateContent.java",
                        "resource.overrideLogicalId(Lazy.uncachedString(new Hash(content, id)));",
                        "",
                        REFRESH_ROLLBACK_TEST + "#namesWhatTheOldInstancesHaveAfterAnotherRelease"),
                new Mutant(
                        "a newer newest image changes the launch template in place",
                        "constructs/fleet/LaunchTemplateContent.java",
                        "List.of(deployment, hash, image)",
                        "List.of(deployment, hash)",
                        REFRESH_ROLLBACK_TEST + "#namesWhatTheOldInstancesHaveAfterANewerNewest"),
                new Mutant(
                        "a refresh watches errors for as long as they last",
                        "constructs/service/DeploymentAlarms.java",
                        "+ \", 0, 1), 0)\")",
                        "+ \", 1, 1), 0)\")",
                        "RefreshOfOurStacksTest#everyAlarmOfARefreshCountsEventsAndIsOverByItself"),
                new Mutant(
                        "a second abandoned launch fails the rollback of the first",
                        "constructs/drain/DrainMetrics.java",
                        "private static final int IN_REFRESH = 4;",
                        "private static final int IN_REFRESH = 1;",
                        FLEET_REFRESH_TEST + "#watchesNoAlarmThatRingsUntilTheRollbackHasHelped"),
                new Mutant(
                        "a busy instance goes when the fleet shrinks",
                        "constructs/fleet/Ec2Fleet.java",
                        ".enableManagedTerminationProtection(managedScaling)",
                        ".enableManagedTerminationProtection(false)",
                        SCALE_IN_PROTECTION_TEST + "#protectsWhatCarriesTasksWhereEcsScales"),
                new Mutant(
                        "tasks are spread over all instances, so that none becomes empty",
                        "constructs/service/ZeroDowntimeService.java",
                        "PlacementStrategy.packedByMemory()",
                        "PlacementStrategy.spreadAcrossInstances()",
                        "constructs.service.ZeroDowntimeServiceTest#spreadsOverZonesAndPacksWithinThem"),
                new Mutant(
                        "protected instances are let go while their provider still protects them",
                        "constructs/fleet/ScaleInProtection.java",
                        "provider.getNode().addDependency(resource);",
                        "provider.getNode();",
                        SCALE_IN_PROTECTION_TEST + "#letsGoAfterTheProviderAndBeforeTheGroup"),
                new Mutant(
                        "instances are protected before there is anything to let go of them",
                        "constructs/fleet/ScaleInProtection.java",
                        "resourceOf(group).getNode().addDependency(getNode().findChild(InlineResource.FUNCTION));",
                        "resourceOf(group).getNode();",
                        SCALE_IN_PROTECTION_TEST + "#isReadyBeforeTheFirstInstance"),
                new Mutant(
                        "an AMI of any age is deployed",
                        "constructs/fleet/Ec2Fleet.java",
                        "age <= options.amiMaxAgeDays()",
                        "age <= Long.MAX_VALUE",
                        "constructs.fleet.Ec2FleetTest#aReleaseIsNotDeployedForLongerThanNinetyDaysNorBeforeItIsOut"),
                new Mutant(
                        "events hide that the sweep is missing",
                        "constructs/drain/DrainMetrics.java",
                        "sweeper.metricInvocations(sums)",
                        "function.metricInvocations(sums)",
                        "constructs.drain.InstanceDrainTest#raisesTheAlarmsOfTheDocumentation"),
                new Mutant(
                        "an instance enters service at the end of the hook although it never joined the cluster",
                        "constructs/drain/InstanceDrain.java",
                        ".defaultResult(DefaultResult.ABANDON)",
                        ".defaultResult(DefaultResult.CONTINUE)",
                        "constructs.drain.InstanceDrainTest#letsInstancesIntoServiceOnlyWhenTheFunctionSaysSo"));
    }
}
