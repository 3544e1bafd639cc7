package dev.banhmi.cdk.alarms;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BinaryOperator;

/**
 * CloudWatch's metric math, as far as our alarms use it: numbers, ids, the four operations, {@code >}, {@code >=}, {@code IF}, {@code FILL},
 * {@code MAX} of a list and {@code DIFF}, what an id exceeds its point of the period before by. A missing value makes the result missing, unless FILL replaces it.
 */
final class MetricMath {
    private final String text;
    private final Map<String, OptionalDouble> values;
    private final Map<String, OptionalDouble> before;
    private int at;

    private MetricMath(String text, Map<String, OptionalDouble> values, Map<String, OptionalDouble> before) {
        this.text = text.replaceAll("\\s", "");
        this.values = values;
        this.before = before;
    }

    /** With the same ids of the period before. */
    static OptionalDouble evaluate(
            String text, Map<String, OptionalDouble> values, Map<String, OptionalDouble> before) {
        MetricMath math = new MetricMath(text, values, before);
        OptionalDouble result = math.comparison();
        if (math.at != math.text.length()) {
            throw math.unknown();
        }
        return result;
    }

    private OptionalDouble comparison() {
        OptionalDouble left = sum();
        if (take(">=")) {
            return both(left, sum(), (one, other) -> one >= other ? 1.0 : 0.0);
        }
        return take(">") ? both(left, sum(), (one, other) -> one > other ? 1.0 : 0.0) : left;
    }

    private OptionalDouble sum() {
        OptionalDouble result = product();
        while (true) {
            if (take("+")) {
                result = both(result, product(), Double::sum);
            } else if (take("-")) {
                result = both(result, product(), (one, other) -> one - other);
            } else {
                return result;
            }
        }
    }

    private OptionalDouble product() {
        OptionalDouble result = operand();
        while (true) {
            if (take("*")) {
                result = both(result, operand(), (one, other) -> one * other);
            } else if (take("/")) {
                OptionalDouble divisor = operand();
                // CloudWatch has no data point for a division by zero.
                result = divisor.orElse(1) == 0 ? OptionalDouble.empty() : both(result, divisor, (a, b) -> a / b);
            } else {
                return result;
            }
        }
    }

    private OptionalDouble operand() {
        if (take("(")) {
            OptionalDouble inner = comparison();
            require(")");
            return inner;
        }
        int start = at;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "._".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        String word = text.substring(start, at);
        if (word.isEmpty()) {
            throw unknown();
        }
        if (Character.isDigit(word.charAt(0))) {
            return OptionalDouble.of(Double.parseDouble(word));
        }
        return switch (word) {
            case "IF" -> {
                List<OptionalDouble> parts = arguments("(", ")");
                yield parts.get(0).isEmpty()
                        ? OptionalDouble.empty()
                        : parts.get(0).getAsDouble() != 0 ? parts.get(1) : parts.get(2);
            }
            case "FILL" -> {
                List<OptionalDouble> parts = arguments("(", ")");
                yield parts.get(0).isPresent() ? parts.get(0) : parts.get(1);
            }
            case "MAX" -> {
                require("(");
                List<OptionalDouble> parts = arguments("[", "]");
                require(")");
                yield parts.stream()
                        .reduce((one, other) -> both(one, other, Math::max))
                        .orElseThrow();
            }
            case "DIFF" -> {
                require("(");
                int first = at;
                OptionalDouble now = operand();
                OptionalDouble then = value(text.substring(first, at), before);
                require(")");
                yield both(now, then, (one, other) -> one - other);
            }
            default -> value(word, values);
        };
    }

    private OptionalDouble value(String id, Map<String, OptionalDouble> among) {
        OptionalDouble value = among.get(id);
        if (value == null) {
            throw unknown();
        }
        return value;
    }

    private List<OptionalDouble> arguments(String opening, String closing) {
        require(opening);
        List<OptionalDouble> found = new ArrayList<>();
        do {
            found.add(comparison());
        } while (take(","));
        require(closing);
        return found;
    }

    private static OptionalDouble both(OptionalDouble one, OptionalDouble other, BinaryOperator<Double> operation) {
        return one.isEmpty() || other.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(operation.apply(one.getAsDouble(), other.getAsDouble()));
    }

    private boolean take(String token) {
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void require(String token) {
        if (!take(token)) {
            throw unknown();
        }
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("Not metric math that is simulated, at " + at + " of " + text);
    }
}
