package dev.banhmi.cdk.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What must be true of a statement, so that IAM does what it seems to say. */
final class IamRules {
    private final IamData data;

    IamRules(IamData data) {
        this.data = data;
    }

    /** Everything that is wrong with it, in sentences. */
    List<String> broken(IamStatement statement) {
        List<String> broken = new ArrayList<>();
        SortedSet<String> actions = new TreeSet<>();
        for (String pattern : statement.actions()) {
            SortedSet<String> named = data.named(pattern);
            if (named.isEmpty()) {
                broken.add("there is no action " + pattern + " (of a new service? iam-data/extract.mjs lists them)");
            }
            actions.addAll(named);
        }
        for (String action : actions) {
            statement.conditionKeys().stream()
                    .filter(key -> !data.action(action).knows(key))
                    .forEach(key -> broken.add(action + " does not know the condition key " + key));
        }
        if (!statement.resources().isEmpty()) {
            checkResources(statement, actions, broken);
        }
        return broken.stream().map(what -> statement.owner() + ": " + what).toList();
    }

    /** Actions that are allowed on everything because AWS offers nothing narrower. */
    SortedSet<String> unavoidable(IamStatement statement) {
        if (!isUnbounded(statement)) {
            return new TreeSet<>();
        }
        return statement.actions().stream()
                .flatMap(pattern -> data.named(pattern).stream())
                .filter(action -> data.action(action).takesNothing())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private void checkResources(IamStatement statement, SortedSet<String> actions, List<String> broken) {
        if (isUnbounded(statement)) {
            actions.stream()
                    .filter(action -> !data.action(action).takesNothing())
                    .forEach(action ->
                            broken.add(action + " is allowed on * without a condition, but takes resources or keys"));
        }
        if (statement.resources().contains("*")) {
            return;
        }
        for (String resource : statement.resources()) {
            if (actions.stream().noneMatch(action -> takes(action, resource))) {
                broken.add("no action here takes " + resource);
            }
        }
        // With a wildcard some of the actions meant are for other resources.
        statement.actions().stream()
                .filter(action -> !action.contains("*") && !data.named(action).isEmpty())
                .filter(action -> statement.resources().stream()
                        .noneMatch(resource -> takes(data.named(action).first(), resource)))
                .forEach(action -> broken.add(action + " takes none of " + statement.resources()));
    }

    private boolean takes(String action, String resource) {
        return data.action(action).arns().stream().anyMatch(arn -> new ArnPattern(arn).overlaps(resource));
    }

    private static boolean isUnbounded(IamStatement statement) {
        return statement.allows()
                && statement.resources().contains("*")
                && statement.conditionKeys().isEmpty();
    }
}
