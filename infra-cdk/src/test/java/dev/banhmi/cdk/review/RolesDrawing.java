package dev.banhmi.cdk.review;

import dev.banhmi.cdk.review.Drawing.Box;
import dev.banhmi.cdk.review.Drawing.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A card per role: who takes it, and how many actions of which service on what. */
final class RolesDrawing {
    private static final int COLUMNS = 3;
    private static final int GAP = 16;

    private final Architecture architecture;
    private final Drawing drawing;
    private final int left;
    private final int width;

    RolesDrawing(Architecture architecture, Drawing drawing, int left, int width) {
        this.architecture = architecture;
        this.drawing = drawing;
        this.left = left;
        this.width = width;
    }

    /** Draws from here on down, and says where it ends. */
    int draw(int top) {
        List<Resource> roles = architecture.all("AWS::IAM::Role").toList();
        if (roles.isEmpty()) {
            return top;
        }
        int each = (width - 2 * GAP - (COLUMNS - 1) * GAP) / COLUMNS;
        int height = 34;
        for (int i = 0; i < roles.size(); i += COLUMNS) {
            height += rowHeight(roles, i) + GAP;
        }
        Box panel = drawing.box("area", left, top, width, height);
        drawing.text(panel, Font.NAME, GAP, 22, "Roles, and how many actions each may call");
        int y = top + 34;
        for (int i = 0; i < roles.size(); i += COLUMNS) {
            for (int j = i; j < Math.min(i + COLUMNS, roles.size()); j++) {
                Resource role = roles.get(j);
                drawing.note("watch", left + GAP + (j - i) * (each + GAP), y, each, role.name(), lines(role));
            }
            y += rowHeight(roles, i) + GAP;
        }
        return panel.bottom();
    }

    private int rowHeight(List<Resource> roles, int from) {
        return roles.subList(from, Math.min(from + COLUMNS, roles.size())).stream()
                .mapToInt(role -> Drawing.noteHeight(lines(role).size()))
                .max()
                .orElseThrow();
    }

    private List<String> lines(Resource role) {
        List<String> lines = new ArrayList<>();
        List<String> takers = takers(role);
        if (!takers.isEmpty()) {
            lines.add("taken by " + String.join(", ", takers));
        }
        Statement.of(architecture.assembly()).stream()
                .filter(statement -> statement.allows()
                        && statement.ofIdentity()
                        && statement.stack().equals(role.stack())
                        && statement.holder().equals(role.name()))
                .flatMap(statement -> rights(statement).stream())
                .distinct()
                .forEach(lines::add);
        role.property("ManagedPolicyArns")
                .forEach(arn -> lines.add(new Wording(architecture.assembly(), role.stack())
                        .of(arn)
                        .replaceFirst("^.*/", "managed policy ")));
        return lines;
    }

    private List<String> rights(Statement statement) {
        String condition = statement.conditions().isEmpty() ? "" : " if " + String.join(", ", statement.conditions());
        String resources = String.join(
                ", ",
                statement.resources(architecture.assembly()).stream()
                        .map(RolesDrawing::brief)
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

    private List<String> takers(Resource role) {
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
