package dev.banhmi.cdk.review;

import dev.banhmi.cdk.review.Drawing.Box;
import dev.banhmi.cdk.review.Drawing.Font;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One environment as a picture: the network with what runs in it, the regional services beside it, the drain below. */
final class ArchitectureDiagram {
    static final int WIDTH = 1180;
    private static final int MARGIN = 16;
    private static final int HEADER = 58;
    private static final int VPC_WIDTH = 860;
    private static final int STEP_GAP = 36;
    private static final int SIDE = MARGIN + VPC_WIDTH + 44;
    private static final int SIDE_WIDTH = WIDTH - MARGIN - SIDE;

    private final Architecture architecture;
    private final Drawing drawing = new Drawing();
    private int top = HEADER;

    private ArchitectureDiagram(Architecture architecture) {
        this.architecture = architecture;
    }

    static String svg(Assembly assembly, String environment) {
        ArchitectureDiagram diagram = draw(assembly, environment);
        return diagram.drawing.svg("Architecture of the environment " + environment, WIDTH, diagram.top + MARGIN);
    }

    static List<String> problems(Assembly assembly, String environment) {
        return draw(assembly, environment).drawing.problems();
    }

    private static ArchitectureDiagram draw(Assembly assembly, String environment) {
        ArchitectureDiagram diagram = new ArchitectureDiagram(new Architecture(assembly));
        diagram.page(environment);
        return diagram;
    }

    private void page(String environment) {
        Box header = new Box(MARGIN, 0, WIDTH - 2 * MARGIN, HEADER);
        List<String> stacks = architecture.assembly().stacks().stream()
                .map(stack -> stack.name() + " (" + stack.resources().size() + " resources)")
                .toList();
        drawing.text(header, Font.TITLE, 0, 24, "Environment " + environment);
        drawing.text(header, Font.SMALL, 0, 43, "Drawn from the templates of " + String.join(" and ", stacks));
        NetworkDrawing network = new NetworkDrawing(architecture, drawing, MARGIN, VPC_WIDTH);
        int vpcBottom = network.draw(top);
        int sideBottom = side(network.exit());
        top = Math.max(vpcBottom, sideBottom) + 20;
        for (DrainFlow flow : DrainFlow.of(architecture)) {
            top = flow(flow) + 20;
        }
        top = new RolesDrawing(architecture, drawing, MARGIN, WIDTH - 2 * MARGIN).draw(top);
    }

    /** The regional services; the bucket that has the objects stands where the arrow from the network comes out. */
    private int side(Optional<Box> exit) {
        int y = image(top);
        y = watch(y);
        boolean first = true;
        for (Resource bucket : architecture.buckets()) {
            int height = Drawing.noteHeight(2);
            y = first ? Math.max(y, exit.map(box -> box.middle() - height / 2).orElse(y)) : y;
            Box box = bucket(bucket, y);
            if (first && exit.isPresent()) {
                arrow(exit.orElseThrow(), box);
            }
            first = false;
            y = box.bottom() + 12;
        }
        return y - 12;
    }

    private void arrow(Box from, Box to) {
        if (from.middle() == to.middle()) {
            drawing.arrow(from.right(), from.middle(), to.x(), to.middle());
            return;
        }
        int lane = to.x() - 22;
        drawing.arrow(from.right(), from.middle(), lane, from.middle(), lane, to.middle(), to.x(), to.middle());
    }

    private Box bucket(Resource bucket, int y) {
        boolean kept = bucket.body().path("DeletionPolicy").asText().startsWith("Retain");
        boolean versions = bucket.property("VersioningConfiguration")
                .path("Status")
                .asText()
                .equals("Enabled");
        String encryption = bucket.property("BucketEncryption")
                .path("ServerSideEncryptionConfiguration")
                .path(0)
                .path("ServerSideEncryptionByDefault")
                .path("SSEAlgorithm")
                .asText("not encrypted by the template");
        return drawing.note(
                "storage",
                SIDE,
                y,
                SIDE_WIDTH,
                "S3 bucket " + bucket.name(),
                List.of(
                        encryption + (versions ? ", versions" : ", no versions"),
                        kept ? "outlives its stack" : "goes with its stack"));
    }

    private int image(int y) {
        Optional<Resource> repository = architecture.first("AWS::ECR::Repository");
        List<String> lines = repository
                .map(one -> List.of(
                        "tags "
                                + one.property("ImageTagMutability")
                                        .asText("MUTABLE")
                                        .toLowerCase(Locale.ROOT),
                        one.property("ImageScanningConfiguration")
                                        .path("ScanOnPush")
                                        .asBoolean()
                                ? "scanned on push"
                                : "not scanned"))
                .orElse(List.of("of the CDK bootstrap"));
        if (repository.isEmpty()
                && architecture.first("AWS::ECS::TaskDefinition").isEmpty()) {
            return y;
        }
        String name = "ECR repository" + repository.map(one -> " " + one.name()).orElse("");
        return drawing.note("storage", SIDE, y, SIDE_WIDTH, name, lines).bottom() + 12;
    }

    private int watch(int y) {
        List<String> lines = new ArrayList<>();
        count("AWS::CloudWatch::Alarm", "alarm", lines);
        count("AWS::CloudWatch::CompositeAlarm", "composite alarm", lines);
        count("AWS::CloudWatch::Dashboard", "dashboard", lines);
        count("AWS::Logs::LogGroup", "log group", lines);
        count("AWS::SNS::Topic", "topic to notify", lines);
        if (lines.isEmpty()) {
            return y;
        }
        return drawing.note("watch", SIDE, y, SIDE_WIDTH, "CloudWatch", lines).bottom() + 12;
    }

    private void count(String type, String word, List<String> lines) {
        long count = architecture.all(type).count();
        if (count > 0) {
            lines.add(count + " " + word + (count == 1 ? "" : "s"));
        }
    }

    /** Four steps from left to right: what waits, what tells, who decides, what it calls. */
    private int flow(DrainFlow flow) {
        List<String> calls = new ArrayList<>();
        flow.calls().forEach((service, actions) -> {
            calls.add(service + ":");
            calls.addAll(actions);
        });
        List<String> hooks = flow.hooks().stream()
                .flatMap(hook -> List.of(hook.split(", ", -1)).stream())
                .toList();
        List<String> function = new ArrayList<>(List.of(
                flow.function().property("Runtime").asText() + architectureOf(flow.function()),
                flow.function().property("MemorySize").asText("128") + " MiB, "
                        + flow.function().property("Timeout").asText("3") + " s"));
        architecture
                .all("AWS::Lambda::Alias")
                .filter(alias -> architecture
                        .target(alias.stack(), alias.property("FunctionName"))
                        .filter(flow.function()::equals)
                        .isPresent())
                .forEach(alias -> function.add("alias " + alias.property("Name").asText()));
        flow.deadLetters().ifPresent(queue -> function.add("failed events: " + queue.name()));
        int lines = Math.max(Math.max(hooks.size(), flow.triggers().size()), Math.max(function.size(), calls.size()));
        int height = 46 + Drawing.noteHeight(lines);
        Box panel = drawing.box("area", MARGIN, top, WIDTH - 2 * MARGIN, height);
        drawing.text(panel, Font.NAME, 16, 22, "What starts " + flow.function().name() + ", and what it does");
        int y = top + 34;
        List<Box> steps = new ArrayList<>();
        step(steps, "compute", "Auto Scaling hook", hooks, 170, y);
        step(steps, "watch", "EventBridge", flow.triggers(), 306, y);
        step(steps, "drain", "Lambda " + flow.function().name(), function, 262, y);
        step(steps, "compute", "Calls", calls, 270, y);
        for (int i = 1; i < steps.size(); i++) {
            int level = y + 15;
            drawing.arrow(steps.get(i - 1).right(), level, steps.get(i).x(), level);
        }
        return panel.bottom();
    }

    private void step(List<Box> steps, String style, String name, List<String> lines, int width, int y) {
        if (!lines.isEmpty()) {
            int x = steps.isEmpty() ? MARGIN + 16 : steps.get(steps.size() - 1).right() + STEP_GAP;
            steps.add(drawing.note(style, x, y, width, name, lines));
        }
    }

    private static String architectureOf(Resource function) {
        String name = function.property("Architectures").path(0).asText();
        return name.isEmpty() ? "" : ", " + name;
    }
}
