package dev.banhmi.drain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;

/** One line of the journal while it is written. Not thread-safe; used once. */
final class JournalLine {

    static final String COUNT = "Count";
    static final String SECONDS = "Seconds";
    static final String MILLISECONDS = "Milliseconds";

    /** Both the name of a field and of the dimension that every metric has. */
    static final String CLUSTER = "cluster";

    private static final String OUTCOME = "outcome";

    private final JsonWriter json = JsonWriter.create();
    private final Map<String, String> units = new LinkedHashMap<>();
    private boolean hasOutcome;

    JournalLine() {
        json.writeStartObject();
    }

    JournalLine text(String name, String value) {
        json.writeFieldName(name).writeValue(value);
        return this;
    }

    JournalLine text(String name, Optional<String> value) {
        json.writeFieldName(name);
        value.ifPresentOrElse(json::writeValue, json::writeNull);
        return this;
    }

    JournalLine number(String name, long value) {
        json.writeFieldName(name).writeValue(value);
        return this;
    }

    /** A number that CloudWatch keeps as a metric, too. */
    JournalLine metric(String name, String unit, long value) {
        units.put(name, unit);
        return number(name, value);
    }

    /** The outcome: a second dimension beside the cluster. */
    JournalLine outcome(String value) {
        hasOutcome = true;
        return text(OUTCOME, value);
    }

    /** The finished line, with the metadata that turns its numbers into metrics. */
    String end(Instant now) {
        if (!units.isEmpty()) {
            json.writeFieldName("_aws").writeStartObject();
            json.writeFieldName("Timestamp").writeValue(now.toEpochMilli());
            json.writeFieldName("CloudWatchMetrics").writeStartArray().writeStartObject();
            json.writeFieldName("Namespace").writeValue(JournalLines.NAMESPACE);
            json.writeFieldName("Dimensions").writeStartArray();
            json.writeStartArray().writeValue(CLUSTER).writeEndArray();
            if (hasOutcome) {
                json.writeStartArray().writeValue(CLUSTER).writeValue(OUTCOME).writeEndArray();
            }
            json.writeEndArray();
            json.writeFieldName("Metrics").writeStartArray();
            units.forEach((name, unit) -> {
                json.writeStartObject();
                json.writeFieldName("Name").writeValue(name);
                json.writeFieldName("Unit").writeValue(unit);
                json.writeEndObject();
            });
            json.writeEndArray().writeEndObject().writeEndArray().writeEndObject();
        }
        json.writeEndObject();
        return new String(json.getBytes(), StandardCharsets.UTF_8);
    }
}
