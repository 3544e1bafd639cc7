package dev.banhmi.local.mutants;

import java.util.List;

/** What the tests of the constructs have to see. */
final class InfrastructureFaults {

    private static final String SERVICE_ROLES_TEST = "constructs.service.ServiceRolesTest";

    private InfrastructureFaults() {}

    static List<Mutant> all() {
        return List.of(
                new Mutant(
                        "a budget may be a second short",
                        "constructs/budget/BudgetRules.java",
                        "value >= least.value()",
                        "value >= least.value() - 1",
                        "constructs.budget.DrainBudgetTest"),
                new Mutant(
                        "a task's role can be assumed on behalf of another account",
                        "constructs/service/ServiceRoles.java",
                        "Map.of(\"aws:SourceAccount\", stack.getAccount())",
                        "Map.of(\"aws:SourceAccount\", \"*\")",
                        SERVICE_ROLES_TEST),
                new Mutant(
                        "whoever starts a task may also push its image",
                        "constructs/service/ServiceRoles.java",
                        "repository.grantPull(role);",
                        "repository.grantPullPush(role);",
                        SERVICE_ROLES_TEST));
    }
}
