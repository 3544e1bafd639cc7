package dev.banhmi.cdk.constructs.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/** Runs the code of a custom resource's function as it stands in a template, with AWS's clients replaced by ones that answer from a script. */
final class InlineFunction {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long HANGS = 60;

    /**
     * Answers each call from the script, the last answer for good, and records it: a text is an error with its name, anything else the output.
     * Time passes by the function's pauses.
     */
    private static final String HARNESS = """
            const Module = require("module");
            const script = JSON.parse(process.argv[2]);
            const calls = [];
            let left = 300000;
            global.setTimeout = (done, pause) => { left -= pause; setImmediate(done); };
            const client = class {
              async send(command) {
                const name = command.name;
                calls.push(name + " " + JSON.stringify(command.input));
                const answers = script.answers[name] ?? [];
                const answer = answers.length > 1 ? answers.shift() : answers[0];
                if (typeof answer !== "string") return answer ?? {};
                if (answer) throw Object.assign(new Error(answer.split(": ").slice(1).join(": ")), { name: answer.split(": ")[0] });
                return {};
              }
            };
            const sdk = new Proxy({}, { get: (target, export_) => export_.endsWith("Client") ? client
              : class { constructor(input) { this.name = export_.replace("Command", ""); this.input = input; } } });
            let response;
            const https = { request: (url, options, callback) => ({
              on: () => {},
              end: (body) => { response = { url, method: options.method, headers: options.headers, body: JSON.parse(body) };
                callback({ resume: () => {}, on: (event, done) => done() }); } }) };
            const load = Module._load;
            Module._load = (name, ...rest) => name === "https" ? https : name.startsWith("@aws-sdk/") ? sdk : load(name, ...rest);
            console.log = () => {};
            require("./index.js").handler(
              { RequestType: script.type, ResponseURL: "https://there", StackId: "s", RequestId: "r", LogicalResourceId: "l",
                ResourceProperties: script.properties, PhysicalResourceId: script.physicalId },
              { getRemainingTimeInMillis: () => left }).then(() => process.stdout.write(JSON.stringify({ calls, response })));
            """;

    private InlineFunction() {}

    /**
     * Runs it once.
     *
     * @param answers by the name of the operation
     * @return its {@code calls}, and its {@code response} to CloudFormation
     */
    static JsonNode run(
            Path directory,
            String code,
            String type,
            Map<String, String> properties,
            String physicalId,
            Map<String, ? extends List<?>> answers)
            throws IOException, InterruptedException {
        Files.writeString(directory.resolve("index.js"), code);
        Files.writeString(directory.resolve("harness.js"), HARNESS);
        Path output = directory.resolve("output.json");
        String script = JSON.writeValueAsString(
                Map.of("type", type, "answers", answers, "properties", properties, "physicalId", physicalId));
        Process process = new ProcessBuilder("node", "harness.js", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(HANGS, TimeUnit.SECONDS)).isTrue();
            return JSON.readTree(Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            process.destroyForcibly();
        }
    }

    /** The operations that it called, in their order. */
    static List<String> calls(JsonNode outcome) {
        return StreamSupport.stream(outcome.path("calls").spliterator(), false)
                .map(call -> call.asText().split(" ", 2)[0])
                .toList();
    }
}
