package dev.banhmi.cdk.review;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A role in a few lines: who takes it, and how many actions of which service on what. */
final class RoleSummary {
    private RoleSummary() {}

    static List<String> of(Architecture architecture, Resource role) {
        List<String> lines = new ArrayList<>();
        List<String> takers = takers(architecture, role);
        if (!takers.isEmpty()) {
            lines.add("taken by " + String.join(", ", takers));
        }
        architecture
                .rights(role)
                .flatMap(statement -> rights(architecture, statement).stream())
                .distinct()
                .forEach(lines::add);
        role.property("ManagedPolicyArns")
                .forEach(arn -> lines.add(new Wording(architecture.assembly(), role.stack())
                        .of(arn)
                        .replaceFirst("^.*/", "managed policy ")));
        return lines;
    }

    private static List<String> rights(Architecture architecture, Statement statement) {
        String condition = statement.conditions().isEmpty() ? "" : " if " + String.join(", ", statement.conditions());
        String resources = String.join(
                ", ",
                statement.resources(architecture.assembly()).stream()
                        .map(RoleSummary::brief)
                        .distinct()
                        .toList());
        return new TreeSet<>(statement.actions().stream()
                        .map(action -> action.replaceFirst(":.*", ""))
                        .toList())
                .stream()
                        .map(service -> service + ": "
                                + statement.actions().stream()
                                        .filter(action -> action.startsWith(service + ":"))
                                        .count()
                                + " on " + resources + condition)
                        .toList();
    }

    /** An ARN without what is the same in all of them. */
    private static String brief(String resource) {
        return resource.replaceFirst("^arn:aws:[^:]*:[^:]*:[^:]*:", "").replaceAll("[<>]|\\.Arn", "");
    }

    private static List<String> takers(Architecture architecture, Resource role) {
        Wording wording = new Wording(architecture.assembly(), role.stack());
        return Architecture.stream(role.property("AssumeRolePolicyDocument").path("Statement"))
                .map(statement -> statement.path("Principal"))
                .flatMap(principal -> principal.isTextual() ? Stream.of(principal) : Architecture.stream(principal))
                .map(wording::of)
                .map(name -> name.replaceFirst("\\.amazonaws\\.com$", ""))
                .distinct()
                .toList();
    }
}
