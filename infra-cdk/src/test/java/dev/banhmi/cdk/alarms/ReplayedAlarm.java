package dev.banhmi.cdk.alarms;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** An alarm as its template states it, and its state while a day goes by. */
final class ReplayedAlarm {
    /*
     * Evaluated as https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html and alarms-and-missing-data.html
     * (checked 2026-11-30) have it: every minute, over the last EvaluationPeriods periods, which end with the last whole minute; ALARM when
     * DatapointsToAlarm of them breach. A missing point counts as TreatMissingData says. With "missing" it does not count, and the state is
     * INSUFFICIENT_DATA only when the whole evaluation range is empty, which is longer than the periods; we take two more.
     *
     * Stricter than CloudWatch in one thing: periods of five minutes may begin at any minute, not only at round ones. An alarm that stays
     * quiet here does so whichever way the clock falls.
     */

    private static final int MORE_IN_RANGE = 2;

    /** What an alarm says. */
    enum State {
        OK,
        ALARM,
        INSUFFICIENT_DATA
    }

    /** A change of state that somebody hears of. */
    record Notice(String alarm, int minute, State state) {
        @Override
        public String toString() {
            return alarm + " " + state + " at minute " + minute;
        }
    }

    private final String id;
    private final JsonNode properties;
    private final int periodMinutes;
    private final int created;
    private final List<Notice> changes = new ArrayList<>();
    private State state = State.INSUFFICIENT_DATA;

    /** @param created the minute in which CloudFormation has made it */
    ReplayedAlarm(String id, JsonNode properties, int created) {
        this.id = id;
        this.properties = properties;
        this.created = created;
        int seconds = properties.has("Period")
                ? properties.path("Period").asInt()
                : properties.path("Metrics").findValue("Period").asInt();
        if (seconds % 60 != 0) {
            throw new IllegalArgumentException(id + " has a period of " + seconds + " s, which is not simulated");
        }
        this.periodMinutes = seconds / 60;
    }

    /** Evaluates it as of the beginning of a minute. */
    void evaluate(int now, Metrics metrics) {
        if (now <= created) {
            return;
        }
        State next = next(now, metrics);
        if (next != state) {
            state = next;
            changes.add(new Notice(id, now, next));
        }
    }

    /** What whoever is on call has heard, in its order. */
    List<Notice> notices() {
        return changes.stream().filter(change -> hears(change.state())).toList();
    }

    /** Every change of its state, also those that nobody hears of. */
    List<Notice> changes() {
        return List.copyOf(changes);
    }

    State state() {
        return state;
    }

    private boolean hears(State change) {
        String actions = switch (change) {
            case OK -> "OKActions";
            case ALARM -> "AlarmActions";
            case INSUFFICIENT_DATA -> "InsufficientDataActions";
        };
        return !properties.path(actions).isEmpty();
    }

    private State next(int now, Metrics metrics) {
        int periods = properties.path("EvaluationPeriods").asInt();
        int toAlarm = properties.path("DatapointsToAlarm").asInt(periods);
        String missing = properties.path("TreatMissingData").asText("missing");
        int breaching = 0;
        int present = 0;
        for (int back = 1; back <= periods; back++) {
            OptionalDouble point = point(now - back * periodMinutes, metrics);
            if (point.isPresent()) {
                present++;
                breaching += breaches(point.getAsDouble()) ? 1 : 0;
            } else if (missing.equals("breaching")) {
                breaching++;
            }
        }
        if (present == 0) {
            return ofSilence(missing, now, periods, toAlarm, breaching, metrics);
        }
        if (breaching >= toAlarm) {
            return State.ALARM;
        }
        // With fewer points than are needed for an alarm, all of them breaching, nothing is decided.
        boolean open = missing.equals("missing") && breaching == present && present < toAlarm;
        return open ? state : State.OK;
    }

    private State ofSilence(String missing, int now, int periods, int toAlarm, int breaching, Metrics metrics) {
        return switch (missing) {
            case "breaching" -> breaching >= toAlarm ? State.ALARM : State.OK;
            case "notBreaching" -> State.OK;
            case "ignore" -> state;
            case "missing" -> {
                for (int back = periods + 1; back <= periods + MORE_IN_RANGE; back++) {
                    if (point(now - back * periodMinutes, metrics).isPresent()) {
                        yield state;
                    }
                }
                yield State.INSUFFICIENT_DATA;
            }
            default -> throw new IllegalArgumentException(id + ": TreatMissingData is " + missing);
        };
    }

    private boolean breaches(double value) {
        double threshold = properties.path("Threshold").asDouble();
        String operator = properties.path("ComparisonOperator").asText();
        return switch (operator) {
            case "GreaterThanThreshold" -> value > threshold;
            case "GreaterThanOrEqualToThreshold" -> value >= threshold;
            case "LessThanThreshold" -> value < threshold;
            case "LessThanOrEqualToThreshold" -> value <= threshold;
            default -> throw new IllegalArgumentException(id + ": ComparisonOperator is " + operator);
        };
    }

    private OptionalDouble point(int first, Metrics metrics) {
        if (!properties.has("Metrics")) {
            return metrics.point(name(properties), statistic(properties), first, periodMinutes);
        }
        Map<String, OptionalDouble> values = values(first, metrics);
        Map<String, OptionalDouble> before = values(first - periodMinutes, metrics);
        String expression = "";
        for (JsonNode query : properties.path("Metrics")) {
            if (query.has("Expression") && query.path("ReturnData").asBoolean(true)) {
                expression = query.path("Expression").asText();
            }
        }
        return MetricMath.evaluate(expression, values, before);
    }

    /** What the expression is made of: metrics, and expressions over these, which look at no period but their own. */
    private Map<String, OptionalDouble> values(int first, Metrics metrics) {
        Map<String, OptionalDouble> values = new HashMap<>();
        for (JsonNode query : properties.path("Metrics")) {
            if (query.has("MetricStat")) {
                JsonNode stat = query.path("MetricStat");
                values.put(
                        query.path("Id").asText(),
                        metrics.point(
                                name(stat.path("Metric")), stat.path("Stat").asText(), first, periodMinutes));
            }
        }
        for (JsonNode query : properties.path("Metrics")) {
            if (query.has("Expression") && !query.path("ReturnData").asBoolean(true)) {
                values.put(
                        query.path("Id").asText(),
                        MetricMath.evaluate(query.path("Expression").asText(), values, Map.of()));
            }
        }
        return values;
    }

    private static String name(JsonNode metric) {
        String alias = "";
        for (JsonNode dimension : metric.path("Dimensions")) {
            if (dimension.path("Name").asText().equals("Resource")) {
                alias = alias(dimension.path("Value"));
            }
        }
        return metric.path("Namespace").asText() + " "
                + metric.path("MetricName").asText() + alias;
    }

    /** {@code :name}, which ends the value that CDK joins. */
    private static String alias(JsonNode resource) {
        JsonNode parts = resource.at("/Fn::Join/1");
        String last = parts.path(parts.size() - 1).asText();
        if (last.lastIndexOf(':') < 0) {
            throw new IllegalArgumentException("A dimension that is not simulated: Resource " + resource);
        }
        return last.substring(last.lastIndexOf(':'));
    }

    private static String statistic(JsonNode properties) {
        return properties.has("Statistic")
                ? properties.path("Statistic").asText()
                : properties.path("ExtendedStatistic").asText();
    }

    /** The metrics that it looks at, as {@link Metrics} names them. */
    List<String> metrics() {
        if (!properties.has("Metrics")) {
            return List.of(name(properties));
        }
        List<String> names = new ArrayList<>();
        for (JsonNode query : properties.path("Metrics")) {
            if (query.has("MetricStat")) {
                names.add(name(query.path("MetricStat").path("Metric")));
            }
        }
        return names;
    }

    String id() {
        return id;
    }
}
