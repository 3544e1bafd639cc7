package dev.banhmi.cdk.constructs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;

/**
 * Runs the function of an {@link InlineResource} as it stands in the template, with AWS's clients replaced by ones that answer from a script.
 *
 * @param directory to run it in
 * @param code of the function
 * @param properties what the resource tells it
 */
public record InlineFunction(Path directory, String code, Map<String, String> properties) {
    private static final String LOGICAL_ID = "the resource";
    private static final String PHYSICAL_ID = "made before";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long HANGS = 300;

    /**
     * Answers each call from the script, the last answer for good, and records it: a text is an error with its name, anything else the output.
     * S3, which takes the response for CloudFormation, answers "PUT" with a status, 200 unless the script says another. Time passes by the
     * length of each pause.
     */
    private static final String HARNESS = """
            const Module = require("module");
            const script = JSON.parse(process.argv[2]);
            const calls = [];
            let left = 300000;
            global.setTimeout = (done, pause) => { left -= pause; setImmediate(done); };
            const client = class {
              async send(command) {
                const name = command.constructor.name.replace("Command", "");
                calls.push(name + " " + JSON.stringify(command.input));
                const answers = script.answers[name] ?? [];
                const answer = answers.length > 1 ? answers.shift() : answers[0];
                if (typeof answer !== "string") return answer ?? {};
                if (answer) throw Object.assign(new Error(answer.split(": ").slice(1).join(": ")), { name: answer.split(": ")[0] });
                return {};
              }
            };
            const command = (name) => ({ [name]: class { constructor(input) { this.input = input; } } })[name];
            const sdk = new Proxy({}, { get: (none, name) => name.endsWith("Client") ? client : command(name) });
            let response;
            let puts = 0;
            const https = { request: (url, options, callback) => ({
              on: () => {},
              end: (body) => { response = { url, method: options.method, headers: options.headers, body: JSON.parse(body) };
                const statuses = script.answers.PUT ?? [200];
                const statusCode = statuses[Math.min(puts++, statuses.length - 1)];
                callback({ statusCode, resume: () => {}, on: (event, done) => done() }); } }) };
            const load = Module._load;
            Module._load = (name, ...rest) =>
              name === "https" ? https : name.startsWith("@aws-sdk/client-") ? sdk : load(name, ...rest);
            console.log = () => {};
            require("./index.js").handler(script.event, { getRemainingTimeInMillis: () => left })
              .then(() => undefined, (error) => error.message)
              .then((thrown) => process.stdout.write(JSON.stringify({ calls, response, puts, thrown })));
            """;

    /**
     * What a run came to.
     *
     * @param json the calls and the response
     * @param id the resource's, unless the function says another
     */
    public record Outcome(JsonNode json, String id) {
        /** {@return the names of the calls, in their order} */
        public List<String> names() {
            return StreamSupport.stream(json.path("calls").spliterator(), false)
                    .map(call -> call.asText().split(" ", 2)[0])
                    .toList();
        }

        /**
         * A call.
         *
         * @param index from 0
         * @return its name and its input
         */
        public String call(int index) {
            return json.path("calls").path(index).asText();
        }

        /** {@return the request that the function sends to CloudFormation} */
        public JsonNode response() {
            return json.path("response");
        }

        /** {@return how often the response was sent} */
        public int puts() {
            return json.path("puts").asInt();
        }

        /** {@return what the function ended with, so that Lambda runs it again; empty if it came to its end} */
        public String thrown() {
            return json.path("thrown").asText();
        }

        /** Requires that CloudFormation is told of success. */
        public void succeeds() {
            succeeds(id);
        }

        /**
         * Requires that CloudFormation is told of success.
         *
         * @param physicalId the resource that it must be told of
         */
        public void succeeds(String physicalId) {
            JsonNode body = response().path("body");
            assertThat(body.path("Status").asText()).isEqualTo("SUCCESS");
            assertThat(body.path("PhysicalResourceId").asText()).isEqualTo(physicalId);
            assertThat(body.path("RequestId").asText()).isEqualTo("r");
        }

        /**
         * Requires that CloudFormation is told of a failure.
         *
         * @param why what the reason must have in it
         */
        public void fails(String why) {
            JsonNode body = response().path("body");
            assertThat(body.path("Status").asText()).isEqualTo("FAILED");
            assertThat(body.path("Reason").asText()).contains(why);
        }
    }

    /**
     * Runs it.
     *
     * @param type of the request: {@code Create}, {@code Update} or {@code Delete}
     * @param answers for each call by its name, those of one try after the other: an output, or a text with an error, empty for none; the
     *     last one stays
     * @return what it did
     * @throws IOException if node does not start
     * @throws InterruptedException if this thread is to end
     */
    public Outcome run(String type, Map<String, ? extends List<?>> answers) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("index.js"), code);
        Files.writeString(directory.resolve("harness.js"), HARNESS);
        Path output = directory.resolve("output.json");
        Map<String, Object> event = new TreeMap<>(Map.of(
                "RequestType",
                type,
                "ResponseURL",
                "https://there",
                "StackId",
                "s",
                "RequestId",
                "r",
                "LogicalResourceId",
                LOGICAL_ID,
                "ResourceProperties",
                properties));
        boolean made = !type.equals("Create");
        if (made) {
            event.put("PhysicalResourceId", PHYSICAL_ID);
        }
        Process process = new ProcessBuilder(
                        "node", "harness.js", JSON.writeValueAsString(Map.of("event", event, "answers", answers)))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(HANGS, TimeUnit.SECONDS)).isTrue();
            return new Outcome(
                    JSON.readTree(Files.readString(output, StandardCharsets.UTF_8)), made ? PHYSICAL_ID : LOGICAL_ID);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * The only function of a template.
     *
     * @param template with the function
     * @return its code
     */
    public static String code(JsonNode template) {
        return Sandbox.only(template, "AWS::Lambda::Function")
                .path("Code")
                .path("ZipFile")
                .asText();
    }
}
