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
                        "Lambda is not told that an evaluation failed, so nothing tries again",
                        "DrainHandler.java",
                        "Failures.throwFirst(failures);",
                        "failures.clear();",
                        "process.DrainInvokeIT#saysWhatTheHandlerFailedWith"));
    }
}
