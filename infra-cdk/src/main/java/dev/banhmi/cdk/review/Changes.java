package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Compares the templates with the committed snapshots, as CloudFormation would when it updates the stacks. */
final class Changes {
    /*
     * Replacement propagates: a resource whose create-only property refers to a replaced one gets another value there, and is replaced,
     * too, in this stack or in one that reads the first one's outputs. So after the direct comparison the references are followed until
     * nothing new is found. "May be replaced" does not propagate: it would flood the page.
     */

    private final Assembly assembly;
    private final Map<String, JsonNode> snapshots;
    private final ReplacementRules rules;
    private final List<Change> found = new ArrayList<>();
    /** Stack and id of everything whose references get another value. */
    private final Set<Resource> moved = new HashSet<>();

    private Changes(Assembly assembly, Map<String, JsonNode> snapshots, ReplacementRules rules) {
        this.assembly = assembly;
        this.snapshots = snapshots;
        this.rules = rules;
    }

    /**
     * All changes of the stacks that have a snapshot.
     *
     * @param assembly with normalised templates: {@link #normalised(Assembly)}
     * @param snapshots by stack
     */
    static List<Change> of(Assembly assembly, Map<String, JsonNode> snapshots, ReplacementRules rules) {
        Changes changes = new Changes(assembly, snapshots, rules);
        assembly.stacks().forEach(changes::compare);
        changes.follow();
        return changes.found.stream().sorted(Comparator.comparing(Change::kind)).toList();
    }

    /** The assembly with the placeholders of its snapshots, so that only relevant differences remain. */
    static Assembly normalised(Assembly assembly) {
        return new Assembly(
                assembly.stacks().stream()
                        .map(stack -> new StackTemplate(
                                stack.name(),
                                stack.region(),
                                stack.terminationProtection(),
                                Snapshot.of(stack, assembly).template()))
                        .toList(),
                Map.of());
    }

    private void compare(StackTemplate stack) {
        JsonNode snapshot = snapshots.get(stack.name());
        if (snapshot == null) {
            return;
        }
        Map<String, Resource> before = byId(
                new StackTemplate(stack.name(), stack.region(), stack.terminationProtection(), snapshot).resources());
        Map<String, Resource> after = byId(stack.resources());
        Map<String, Resource> removed = new LinkedHashMap<>(before);
        removed.keySet().removeAll(after.keySet());
        for (Resource resource : after.values()) {
            Resource old = before.get(resource.id());
            if (old != null) {
                compare(old, resource);
            } else {
                renamed(resource, removed)
                        .ifPresentOrElse(
                                from -> {
                                    removed.remove(from.id());
                                    add(Change.Kind.RENAMED, resource, "was " + from.id() + fate(from, "deleted"));
                                },
                                () -> add(Change.Kind.ADDED, resource, ""));
            }
        }
        removed.values().forEach(resource -> add(Change.Kind.REMOVED, resource, fate(resource, "deleted")));
        compareOtherSections(stack, snapshot);
    }

    private void compare(Resource before, Resource after) {
        if (!before.type().equals(after.type())) {
            moved.add(after);
            add(Change.Kind.REPLACED, after, "was " + before.type() + "; CloudFormation refuses this");
            return;
        }
        List<Difference> properties = Difference.between(before.properties(), after.properties());
        for (ReplacementRules.Effect effect :
                List.of(ReplacementRules.Effect.REPLACE, ReplacementRules.Effect.MAY_REPLACE)) {
            Optional<Difference> decisive = properties.stream()
                    .filter(difference -> rules.effect(after.type(), difference.path()) == effect)
                    .findFirst();
            if (decisive.isPresent()) {
                boolean certain = effect == ReplacementRules.Effect.REPLACE;
                if (certain) {
                    moved.add(after);
                }
                add(
                        certain ? Change.Kind.REPLACED : Change.Kind.MAY_BE_REPLACED,
                        after,
                        detail(decisive.orElseThrow()) + (certain ? fate(after, "") : ""));
                return;
            }
        }
        List<Difference> all = Difference.between(before.body(), after.body());
        if (!all.isEmpty()) {
            add(Change.Kind.UPDATED, after, all.stream().map(Changes::detail).collect(Collectors.joining("; ")));
        }
    }

    private void compareOtherSections(StackTemplate stack, JsonNode snapshot) {
        for (Difference difference : Difference.between(snapshot, stack.template())) {
            if (!difference.path().startsWith("Resources")) {
                found.add(new Change(Change.Kind.UPDATED, stack.name(), difference.path(), "", difference.text()));
            }
        }
    }

    private void follow() {
        boolean more = true;
        while (more) {
            more = false;
            for (Resource resource : assembly.resources().toList()) {
                if (moved.contains(resource) || !snapshots.containsKey(resource.stack()) || isNew(resource)) {
                    continue;
                }
                Optional<String> cause = replacingReference(resource);
                if (cause.isPresent()) {
                    moved.add(resource);
                    found.removeIf(change -> change.stack().equals(resource.stack())
                            && change.id().equals(resource.id()));
                    add(Change.Kind.REPLACED, resource, cause.get() + fate(resource, ""));
                    more = true;
                }
            }
        }
    }

    private Optional<String> replacingReference(Resource resource) {
        for (Map.Entry<String, JsonNode> property : resource.properties().properties()) {
            if (rules.effect(resource.type(), property.getKey()) != ReplacementRules.Effect.REPLACE) {
                continue;
            }
            for (Resource target : targets(resource.stack(), property.getValue())) {
                if (moved.contains(target)) {
                    return Optional.of(property.getKey() + " follows " + target.name());
                }
            }
        }
        return Optional.empty();
    }

    private Set<Resource> targets(String stack, JsonNode value) {
        Set<Resource> targets = new LinkedHashSet<>();
        assembly.target(stack, value).ifPresent(targets::add);
        value.forEach(inner -> targets.addAll(targets(stack, inner)));
        return targets;
    }

    private boolean isNew(Resource resource) {
        return Objects.requireNonNull(snapshots.get(resource.stack()))
                .path("Resources")
                .path(resource.id())
                .isMissingNode();
    }

    /** A removed resource that reappears under another id: of the same type, and with the same properties or path. */
    private static Optional<Resource> renamed(Resource added, Map<String, Resource> removed) {
        return removed.values().stream()
                .filter(old -> old.is(added.type()))
                .filter(old -> old.name().equals(added.name())
                        || (!old.properties().isMissingNode()
                                && old.properties().equals(added.properties())))
                .findFirst();
    }

    private static Map<String, Resource> byId(List<Resource> resources) {
        Map<String, Resource> byId = new LinkedHashMap<>();
        resources.forEach(resource -> byId.put(resource.id(), resource));
        return byId;
    }

    private static String detail(Difference difference) {
        return difference.path() + ": " + difference.text();
    }

    /** What happens to the old one: kept where the template says so. */
    private static String fate(Resource old, String otherwise) {
        boolean goes = !otherwise.isEmpty();
        String policy =
                old.body().path(goes ? "DeletionPolicy" : "UpdateReplacePolicy").asText();
        String fate = policy.startsWith("Retain") ? "the old one is kept" : otherwise;
        return fate.isEmpty() ? "" : " (" + fate + ")";
    }

    private void add(Change.Kind kind, Resource resource, String detail) {
        found.add(new Change(kind, resource.stack(), resource.id(), resource.type(), detail.strip()));
    }
}
