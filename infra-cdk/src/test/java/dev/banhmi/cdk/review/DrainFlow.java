package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How a function is started, and what it may call.
 *
 * @param aliases the names under which it is called
 * @param triggers descriptions of rules and schedules
 * @param deadLetters where an event goes that the function did not manage
 * @param calls the names of the actions, by service
 */
record DrainFlow(
        Resource function,
        List<String> aliases,
        List<String> triggers,
        Optional<Resource> deadLetters,
        Map<String, List<String>> calls) {

    DrainFlow {
        aliases = List.copyOf(aliases);
        triggers = List.copyOf(triggers);
    }

    /** Of every function; one that only a deployment calls has no triggers. */
    static List<DrainFlow> of(Architecture architecture) {
        return architecture
                .all("AWS::Lambda::Function")
                .map(function -> new DrainFlow(
                        function,
                        aliases(architecture, function),
                        triggers(architecture, function),
                        deadLetters(architecture, function),
                        calls(architecture, function)))
                .toList();
    }

    private static List<String> aliases(Architecture architecture, Resource function) {
        return architecture
                .all("AWS::Lambda::Alias")
                .filter(alias -> starts(architecture, alias, alias.property("FunctionName"), function))
                .map(alias -> alias.property("Name").asText())
                .toList();
    }

    private static List<String> triggers(Architecture architecture, Resource function) {
        List<String> triggers = new ArrayList<>();
        architecture.all("AWS::Events::Rule").forEach(rule -> {
            if (Architecture.stream(rule.property("Targets"))
                    .anyMatch(target -> starts(architecture, rule, target.path("Arn"), function))) {
                triggers.addAll(rule(rule));
            }
        });
        architecture.all("AWS::Scheduler::Schedule").forEach(schedule -> {
            if (starts(architecture, schedule, schedule.property("Target").path("Arn"), function)) {
                triggers.add(schedule.property("ScheduleExpression").asText());
            }
        });
        architecture.all("AWS::SNS::Subscription").forEach(subscription -> {
            if (starts(architecture, subscription, subscription.property("Endpoint"), function)) {
                triggers.add("SNS " + architecture.text(subscription, "TopicArn"));
            }
        });
        return new ArrayList<>(new TreeSet<>(triggers));
    }

    private static List<String> rule(Resource rule) {
        JsonNode schedule = rule.property("ScheduleExpression");
        if (!schedule.isMissingNode()) {
            return List.of("every " + schedule.asText().replaceFirst("^rate\\(1 (\\w+)\\)$", "$1"));
        }
        return Architecture.stream(rule.property("EventPattern").path("detail-type"))
                .map(JsonNode::asText)
                .toList();
    }

    /** Whether a target is the function, or a version or alias of it. */
    private static boolean starts(Architecture architecture, Resource from, JsonNode target, Resource function) {
        Optional<Resource> found = architecture.target(from.stack(), target);
        while (found.isPresent() && !found.orElseThrow().is("AWS::Lambda::Function")) {
            Resource alias = found.orElseThrow();
            found = architecture.target(alias.stack(), alias.property("FunctionName"));
        }
        return found.filter(function::equals).isPresent();
    }

    private static Optional<Resource> deadLetters(Architecture architecture, Resource function) {
        List<Resource> queues = new ArrayList<>();
        queue(architecture, function, function.property("DeadLetterConfig").path("TargetArn"), queues);
        architecture
                .all("AWS::Lambda::EventInvokeConfig")
                .filter(config -> starts(architecture, config, config.property("FunctionName"), function))
                .forEach(config -> queue(
                        architecture,
                        config,
                        config.property("DestinationConfig").path("OnFailure").path("Destination"),
                        queues));
        architecture
                .all("AWS::Events::Rule")
                .forEach(rule -> rule.property("Targets").forEach(target -> {
                    if (starts(architecture, rule, target.path("Arn"), function)) {
                        queue(
                                architecture,
                                rule,
                                target.path("DeadLetterConfig").path("Arn"),
                                queues);
                    }
                }));
        return queues.stream().findFirst();
    }

    private static void queue(Architecture architecture, Resource from, JsonNode value, List<Resource> queues) {
        architecture
                .target(from.stack(), value)
                .filter(found -> found.is("AWS::SQS::Queue"))
                .ifPresent(queues::add);
    }

    private static Map<String, List<String>> calls(Architecture architecture, Resource function) {
        Map<String, List<String>> calls = new TreeMap<>();
        architecture.target(function.stack(), function.property("Role")).stream()
                .flatMap(architecture::rights)
                .flatMap(statement -> statement.actions().stream())
                .sorted()
                .distinct()
                .forEach(action -> {
                    int colon = action.indexOf(':');
                    calls.computeIfAbsent(action.substring(0, Math.max(colon, 0)), service -> new ArrayList<>())
                            .add(action.substring(colon + 1));
                });
        return calls;
    }
}
