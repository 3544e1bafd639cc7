package dev.banhmi.local.mutants;

import java.util.List;

/** What the drain's tests have to see. */
final class DrainFaults {

    private DrainFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a drain is held for a daemon",
                        "Registration.java",
                        "known.contains(name)",
                        "false",
                        "DaemonsTest#asksOnceASweepAndHoldsForNoDaemon"),
                new Mutant(
                        "what keeps ECS from telling daemons keeps drains from being held",
                        "DrainsInProgress.java",
                        "} catch (RuntimeException e) {\n            outcome.failed(\n",
                        "} catch (IllegalStateException e) {\n            outcome.failed(\n",
                        "DaemonsTest#holdsAndCountsNothingButTheFailureWhereEcsDoesNotRespond"),
                new Mutant(
                        "everything waits until ECS has told the daemons",
                        "DrainsInProgress.java",
                        "work.addFirst(() -> hold(held, tasks));",
                        "hold(held, tasks);",
                        "DaemonReadsTest#releasesWhatIsEmptyThoughTheQuestionTakesTheWholeTime"),
                new Mutant(
                        "a sweep asks for daemons until its time is over",
                        "DaemonReads.java",
                        "invocation.left().dividedBy(2)",
                        "Duration.ZERO",
                        "DaemonReadsTest#asksNoMoreOnceHalfOfTheTimeIsOver"),
                new Mutant(
                        "a service that ECS says nothing of is no daemon",
                        "DaemonReads.java",
                        "return knows(present) ? present.knowing(daemons) : present;",
                        "return present.knowing(daemons);",
                        "DaemonReadsTest#countsNothingWhereOneServiceOfAnInstanceIsNotKnown"),
                new Mutant(
                        "a question for daemons that is throttled after an event keeps the drain from being held",
                        "AwsCalls.java",
                        "if (isNeeded) {",
                        "if (true) {",
                        "DaemonsTest#holdsAfterAnEventThoughTheQuestionIsThrottled"),
                new Mutant(
                        "an instance counts as empty although a task may have been placed late",
                        "DrainDecision.java",
                        "open.isEmpty() && quiet",
                        "open.isEmpty()",
                        "DrainDecisionTest#holdsItsPromisesForEveryCombinationOfItsInputs"),
                new Mutant(
                        "a launch behind a hundred others has no beginning",
                        "LaunchActivities.java",
                        "if (token == null || token.isEmpty()) {",
                        "if (true) {",
                        "AutoScalingGroupsTest#findsALaunchBehindHundredsOfOthersAndReadsEachPageOnce"),
                new Mutant(
                        "a deadline abandons an instance that nothing retains",
                        "DrainDecision.java",
                        "policy.atDeadline() == LifecycleResult.ABANDON && seen.retainsAbandoned()",
                        "policy.atDeadline() == LifecycleResult.ABANDON",
                        "DrainDecisionTest#holdsItsPromisesForEveryCombinationOfItsInputs"),
                new Mutant(
                        "an instance that launches is taken for one that waits to end",
                        "DrainDecision.java",
                        "case LAUNCHING -> Optional.of(IgnoreReason.LAUNCHING);",
                        "case LAUNCHING -> Optional.empty();",
                        "DrainDecisionTest#holdsItsPromisesForEveryCombinationOfItsInputs"),
                new Mutant(
                        "a deadline removes what nothing replaces",
                        "DrainDeadline.java",
                        "&& !task.isToStop()",
                        "&& task.isToStop()",
                        "HeldDrainTest#goesOnHoldingForAsLongAsAutoScalingAllows"),
                new Mutant(
                        "a task that is replaced late has no time left to stop",
                        "DrainDeadline.java",
                        "map(held -> held.plus(stopping))",
                        "map(held -> held)",
                        "HeldDrainTest#givesATaskThatIsReplacedLateItsWholeTimeToStop"),
                new Mutant(
                        "a host whose agent is gone is held for two days",
                        "DrainDeadline.java",
                        "return instance.agentConnected()\n                && present",
                        "return true\n                && present",
                        "HeldDrainTest#holdsNoHostWhoseAgentIsGoneAndTakesItOutOfTheCluster"),
                new Mutant(
                        "Auto Scaling ends a wait before its deadline, which nothing counts then",
                        "DrainDeadline.java",
                        "|| (policy.stopping().isPresent()\n",
                        "|| (false\n",
                        "HeldDrainTest#keepsAutoScalingFromEndingTheWaitBeforeTheDeadline"),
                new Mutant(
                        "an instance enters service although its agent is gone",
                        "LaunchDecision.java",
                        "if (instance.agentConnected()) {",
                        "if (true) {",
                        "LaunchDecisionTest#drainsBeforeItAbandonsAnInstanceWhoseAgentIsGone"),
                new Mutant(
                        "a broken launch is abandoned with the tasks that were placed on it",
                        "LaunchDecision.java",
                        "? startDraining(instance, hook)",
                        "? unregistered(hook, true)",
                        "LaunchDecisionTest#drainsBeforeItAbandonsAnInstanceWhoseAgentIsGone"),
                new Mutant(
                        "a container instance is left behind whose instance is gone",
                        "DrainActions.java",
                        "cluster.deregister(release.containerInstance());",
                        "// nothing",
                        "SecondLookTest#holdsNothingBackWhoseAgentHasGoneMeanwhile"),
                new Mutant(
                        "an instance is released although its container instance is still in the cluster",
                        "DrainActions.java",
                        """
                        cluster.deregister(release.containerInstance());
                                        yield Optional.of(groups.complete(instanceId, release.hook(), release.result()));""",
                        """
                        var effect = groups.complete(instanceId, release.hook(), release.result());
                                        cluster.deregister(release.containerInstance());
                                        yield Optional.of(effect);""",
                        "DeregistrationTest#releasesNoInstanceThatIsNotOut"),
                new Mutant(
                        "a deregistration that ECS refuses counts as done",
                        "Deregistration.java",
                        "AwsCalls.messageOf(e).contains(\"not found\")",
                        "!AwsCalls.messageOf(e).isEmpty()",
                        "DeregistrationTest#takesOneThatIsOutAlreadyForDoneAndNothingElse"),
                new Mutant(
                        "Lambda is not told that an evaluation failed, so nothing tries again",
                        "DrainHandler.java",
                        "Failures.throwFirst(failures);",
                        "failures.clear();",
                        "process.DrainInvokeIT#saysWhatTheHandlerFailedWith"),
                new Mutant(
                        "a sweep reads the tasks of a thousand instances one instance after the other",
                        "FleetReads.java",
                        "draining.size() <= pages",
                        "draining.size() <= 1_000_000",
                        "CrowdTest#prolongsAndReleasesAThousandThoughNoEventArrives"),
                new Mutant(
                        "a task that the list of the cluster shows and nothing describes is on no instance",
                        "FleetReads.java",
                        "new Registration.Present(one, own, tasks, undescribed)",
                        "new Registration.Present(one, own, tasks, Set.of())",
                        "FleetReadsTest#takesATaskThatIsListedAndNotDescribedForATaskOfEachInstanceThatItMayBeOn"),
                new Mutant(
                        "every sweep prolongs every wait, however many there are",
                        "HeartbeatRounds.java",
                        "waits > COMFORTABLE * (long) sweeps",
                        "waits > 1_000_000",
                        "HeartbeatRoundsTest#takesMoreSweepsTheMoreWaitsThereAreAsFarAsTheTimeoutAllows"),
                new Mutant(
                        "two heartbeats may be further apart than half of the timeout",
                        "HeartbeatRounds.java",
                        "heartbeatTimeout.dividedBy(2)",
                        "heartbeatTimeout.multipliedBy(2)",
                        "HeartbeatRoundsTest#spreadsManyWaitsEvenly"),
                new Mutant(
                        "what a sweep had no time to prolong comes last in the next one, too",
                        "HeartbeatRounds.java",
                        "Comparator.comparingLong(Turn::millis).reversed()",
                        "Comparator.comparingLong(Turn::millis)",
                        "HeartbeatRoundsTest#comesFirstToWhatTheLastSweepHadNoTimeFor"),
                new Mutant(
                        "a thousand waits are prolonged by every second sweep, which leaves no time to come to them",
                        "HeartbeatRounds.java",
                        "early.add(turn);",
                        "early.clear();",
                        "HeartbeatRoundsTest#leavesNoGapLongerThanHalfOfTheTimeout"),
                new Mutant(
                        "a lost host is a deadline with tasks that its release has cut",
                        "Observation.java",
                        "member.filter(Member::isUnhealthy).isPresent()",
                        "false",
                        "LostHostTest#countsTheHostAndNeitherItsAgeNorADeadlineNorATaskThatItsReleaseHasNotCut"),
                new Mutant(
                        "an agent that is gone is a host that is lost, though it serves",
                        "Observation.java",
                        "member.filter(Member::isUnhealthy).isPresent()",
                        "member.isPresent()",
                        "LostHostTest#anAgentThatIsGoneOnAHostThatServesStillRings"),
                new Mutant(
                        "a call that fails for ten instances is ten failures",
                        "SecondLook.java",
                        "outcome.failed(chunk.stream().map(Look::instanceId).toList(), e);",
                        "chunk.forEach(look -> outcome.failed(look.instanceId(), e));",
                        "SecondLookTest#countsACallThatFailsForManyInstancesOnce"),
                new Mutant(
                        "a group that does not show its hooks is a failure for each of its instances",
                        "Sweep.java",
                        "outcome.unreadable(fleet.unreadable());",
                        "fleet.unreadable().forEach(outcome::failed);",
                        "FleetReadsTest#countsAGroupThatDoesNotShowItsHooksOnce"),
                new Mutant(
                        "a sweep of a thousand instances sends no heartbeats",
                        "Sweep.java",
                        "prolong(turns.due());",
                        "",
                        "CrowdTest#prolongsAndReleasesAThousandWaitingInstancesInTime"),
                new Mutant(
                        "an instance that has no turn to be started gets no heartbeat",
                        "Sweep.java",
                        "start.heartbeat().ifPresent(",
                        "Optional.<Hook>empty().ifPresent(",
                        "CrowdTest#prolongsAndReleasesAThousandThoughNoEventArrives"),
                new Mutant(
                        "a sweep goes through the instances in the same order each time",
                        "Sweep.java",
                        "new Random(now.toEpochMilli())",
                        "new Random(1)",
                        "CrowdTest#comesToEveryInstanceHoweverManyFailBeforeIt"),
                new Mutant(
                        "an instance that returns to its warm pool with tasks is told to be launching",
                        "FleetReads.java",
                        "member.isPooled() && hasTasks(registered.get(member.instanceId()))",
                        "false",
                        "UnhandledTest#countsAnInstanceThatReturnsToItsWarmPoolWithTasks"),
                new Mutant(
                        "a sweep calls as fast as it can",
                        "Pace.java",
                        "if (wait > 0)",
                        "if (wait > 3_600_000)",
                        "PaceTest#fillsABucketWhileNothingIsCalledButNoFurtherThanABurst"),
                new Mutant(
                        "what a sweep saw a minute ago is done without another look",
                        "SecondLook.java",
                        "look.seen().with(Optional.ofNullable(member), present)",
                        "look.seen()",
                        "SecondLookTest#releasesNothingWhoseDrainBeganAnewAfterTheTasksWereRead"),
                new Mutant(
                        "a sweep turns to launches before it sends heartbeats",
                        "Sweep.java",
                        "prolong(turns.due());\n                List<Runnable> afterwards",
                        "one(launches);\n                prolong(turns.due());\n                List<Runnable> afterwards",
                        "SweepLaunchTest#sendsTheHeartbeatsOfDrainsBeforeItTurnsToLaunchesAndLeavesOverWhatItHasNoTimeFor"),
                new Mutant(
                        "a deadline that comes during a sweep removes what nothing replaces",
                        "SecondLook.java",
                        "seen.with(present.withMoreUnread())",
                        "seen.with(Registration.Present.withTasksUnread(instance))",
                        "SecondLookTest#holdsBackAtTheDeadlineThatHasComeMeanwhileWhatNothingReplaces"),
                new Mutant(
                        "an instance that is held at its launch is asked for the hooks of its end",
                        "HookReads.java",
                        "of.launch ? groups.launchHooks(of.group)",
                        "of.group.isEmpty() ? groups.launchHooks(of.group)",
                        "UnhandledTest#countsAnInstanceThatIsHeldAtItsLaunchByOurHookInAGroupUnderAnotherName"),
                new Mutant(
                        "lists of tasks are taken to be as new as the second look",
                        "SecondLook.java",
                        "DrainStep step = decision.decide(seen, look.at());",
                        "DrainStep step = decision.decide(seen, clock.instant());",
                        "SecondLookTest#releasesNothingWhoseDrainBeganAnewAfterTheTasksWereRead"),
                new Mutant(
                        "an instance that is left alone because a name is old rings no alarm",
                        "JournalLines.java",
                        "line.metric(\"Unhandled\", JournalLine.COUNT, 1);",
                        "line.number(\"unhandled\", 1);",
                        "UnhandledTest#countsAnInstanceOfTheClusterThatWaitsAtOurHookInAGroupUnderAnotherName"));
    }
}
