package dev.banhmi.local.mutants;

import java.util.List;

/** What the drain's tests have to see. */
final class DrainFaults {

    private DrainFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "an instance counts as empty although a task may have been placed late",
                        "DrainDecision.java",
                        "open.isEmpty() && quiet",
                        "open.isEmpty()",
                        "DrainDecisionTest"),
                new Mutant(
                        "a deadline abandons an instance that nothing retains",
                        "DrainDecision.java",
                        "policy.atDeadline() == LifecycleResult.ABANDON && seen.retainsAbandoned()",
                        "policy.atDeadline() == LifecycleResult.ABANDON",
                        "DrainDecisionTest"),
                new Mutant(
                        "an instance that launches is taken for one that waits to end",
                        "DrainDecision.java",
                        "case LAUNCHING -> Optional.of(IgnoreReason.LAUNCHING);",
                        "case LAUNCHING -> Optional.empty();",
                        "DrainDecisionTest"),
                new Mutant(
                        "a deadline removes what nothing replaces",
                        "DrainDeadline.java",
                        "&& !task.isToStop()",
                        "&& task.isToStop()",
                        "HeldDrainTest"),
                new Mutant(
                        "a task that is replaced late has no time left to stop",
                        "DrainDeadline.java",
                        "map(held -> held.plus(stopping))",
                        "map(held -> held)",
                        "HeldDrainTest"),
                new Mutant(
                        "a host whose agent is gone is held for two days",
                        "DrainDeadline.java",
                        "return instance.agentConnected()\n                && present",
                        "return true\n                && present",
                        "HeldDrainTest"),
                new Mutant(
                        "Auto Scaling ends a wait before its deadline, which nothing counts then",
                        "DrainDeadline.java",
                        "|| (policy.stopping().isPresent()\n",
                        "|| (false\n",
                        "HeldDrainTest"),
                new Mutant(
                        "an instance enters service although its agent is gone",
                        "LaunchDecision.java",
                        "if (instance.agentConnected()) {",
                        "if (true) {",
                        "LaunchDecisionTest"),
                new Mutant(
                        "a broken launch is abandoned with the tasks that were placed on it",
                        "LaunchDecision.java",
                        "yield overdue ? startDraining(instance, hook)",
                        "yield overdue ? unregistered(hook, true)",
                        "LaunchDecisionTest"),
                new Mutant(
                        "a container instance is left behind whose instance is gone",
                        "DrainEvaluation.java",
                        "cluster.deregister(release.containerInstance());",
                        "// nothing",
                        "RefreshSimTest"),
                new Mutant(
                        "Lambda is not told that an evaluation failed, so nothing tries again",
                        "DrainHandler.java",
                        "!failures.isEmpty()",
                        "false",
                        "process.DrainInvokeIT#saysWhatTheHandlerFailedWith"));
    }
}
