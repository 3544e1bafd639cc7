package dev.banhmi.cdk.review;

import java.util.ArrayList;
import java.util.List;

/**
 * A permission that is wider than one action on one resource.
 *
 * @param stack that grants it
 * @param holder the role, or the resource whose policy it is; the logical id without CDK's hash
 * @param actions all actions on the resource if that is a wildcard, else those that are; sorted
 * @param resource as {@link Wording} writes it
 * @param conditions the keys that narrow it
 */
record Wildcard(String stack, String holder, List<String> actions, String resource, List<String> conditions) {
    private static final String MANAGED_POLICY = "(managed policy)";

    Wildcard {
        actions = actions.stream().sorted().distinct().toList();
        conditions = List.copyOf(conditions);
    }

    /** Every wildcard of the assembly; for AWS managed policies, whose text is not ours, the name. */
    static List<Wildcard> of(Assembly assembly) {
        List<Wildcard> found = new ArrayList<>();
        Statement.of(assembly).stream().filter(Statement::allows).forEach(statement -> {
            if (statement.ofIdentity()) {
                addRights(statement, assembly, found);
            } else {
                addGifts(statement, found);
            }
        });
        for (Resource resource : assembly.resources().toList()) {
            Wording wording = new Wording(assembly, resource.stack());
            resource.property("ManagedPolicyArns")
                    .forEach(arn -> found.add(new Wildcard(
                            resource.stack(), resource.name(), List.of(MANAGED_POLICY), wording.of(arn), List.of())));
        }
        return List.copyOf(found);
    }

    private static void addRights(Statement statement, Assembly assembly, List<Wildcard> found) {
        List<String> plain = new ArrayList<>();
        for (String resource : statement.resources(assembly)) {
            if (isWild(resource)) {
                found.add(new Wildcard(
                        statement.stack(), statement.holder(), statement.actions(), resource, statement.conditions()));
            } else {
                plain.add(resource);
            }
        }
        addWildActions(statement, String.join(", ", plain), plain.isEmpty(), found);
    }

    /** A resource's own policy applies to that resource, so only its actions and principals can be wide. */
    private static void addGifts(Statement statement, List<Wildcard> found) {
        if (statement.everybody()) {
            found.add(new Wildcard(
                    statement.stack(),
                    statement.holder(),
                    statement.actions(),
                    "(for everybody)",
                    statement.conditions()));
        } else {
            addWildActions(statement, "(itself)", false, found);
        }
    }

    private static void addWildActions(Statement statement, String on, boolean none, List<Wildcard> found) {
        List<String> wild =
                statement.actions().stream().filter(Wildcard::isWild).toList();
        if (!wild.isEmpty() && !none) {
            found.add(new Wildcard(statement.stack(), statement.holder(), wild, on, statement.conditions()));
        }
    }

    private static boolean isWild(String text) {
        return text.contains("*");
    }
}
