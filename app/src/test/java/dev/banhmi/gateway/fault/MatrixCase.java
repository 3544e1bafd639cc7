package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.GatewayClient.Answer;
import dev.banhmi.gateway.fault.Workload.Kind;
import dev.banhmi.gateway.fault.Workload.Step;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One request while one call fails: a cell of the matrix.
 *
 * @param name of the object; no other case has it
 * @param workload the request
 * @param row what stands at the left of the matrix
 * @param rules what fails
 * @param expectation what has to come of it
 */
record MatrixCase(String name, Workload workload, String row, List<Script.Rule> rules, Expectation expectation) {

    private static final JsonMapper JSON = new JsonMapper();

    static MatrixCase of(String name, Workload workload, Step step, Fault fault, boolean persistent) {
        return new MatrixCase(
                name,
                workload,
                step + (persistent ? " always" : " once"),
                List.of(new Script.Rule(step.call(), step.occurrence(), fault, persistent)),
                Expectation.of(workload, step, fault, persistent));
    }

    /**
     * How a case ended.
     *
     * @param outcome in short
     * @param answer status and text
     * @param calls all that reached the proxy
     * @param leftUpload whether a multipart upload was still open at the end
     */
    record Result(MatrixCase matrixCase, Outcome outcome, String answer, List<String> calls, boolean leftUpload) {

        String key() {
            Workload workload = matrixCase.workload();
            return MatrixWorld.bucketOf(workload) + "/" + MatrixWorld.keyOf(workload, matrixCase.name());
        }

        /** The same after a last look into the store, when nothing is going on any more. */
        Result after(boolean open, boolean visible) {
            boolean write = !matrixCase.workload().needsObject();
            Outcome last = outcome;
            if (open && !matrixCase.expectation().mayLeaveUpload()) {
                last = Outcome.OPEN_UPLOAD;
            } else if (write && visible && outcome != Outcome.SUCCESS && outcome != Outcome.UNKNOWN) {
                last = Outcome.VISIBLE;
            }
            return new Result(matrixCase, last, answer, calls, open);
        }

        boolean asExpected() {
            return matrixCase.expectation().outcomes().contains(outcome);
        }

        @Override
        public String toString() {
            return matrixCase.workload() + " " + matrixCase.rules() + ": " + outcome + ", expected "
                    + matrixCase.expectation().outcomes() + "; answer " + answer + "; calls " + calls;
        }
    }

    Result run(MatrixWorld world) throws IOException {
        if (workload.needsObject()) {
            world.store(workload, name);
        }
        Script script = world.proxy().script(MatrixWorld.bucketOf(workload), MatrixWorld.keyOf(workload, name), rules);
        Answer answer = request(world);
        Outcome outcome = script.injected() == 0 ? Outcome.NOT_INJECTED : judge(world, answer);
        String shown =
                answer.status() >= 300 ? answer.status() + " " + answer.text() : Integer.toString(answer.status());
        return new Result(this, outcome, shown, script.log(), false);
    }

    private Answer request(MatrixWorld world) throws IOException {
        byte[] content = world.content(workload.size());
        GatewayClient client = world.client();
        String object = "/v1/objects/" + MatrixWorld.bucketOf(workload) + "/" + name;
        return switch (workload.kind()) {
            case PUT -> client.send("PUT", object, workload.conditional() ? "If-None-Match: *\r\n" : "", content);
            case MISMATCH ->
                client.send(
                        "PUT",
                        object,
                        "Content-Digest: sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:\r\n",
                        content);
            case GET -> client.send("GET", object, "", new byte[0]);
            case RANGE ->
                client.send("GET", object, "Range: bytes=" + first() + "-" + (end() - 1) + "\r\n", new byte[0]);
            case DELETE -> client.send("DELETE", object, "", new byte[0]);
            case LEGACY_UPLOAD ->
                client.send(
                        "POST",
                        "/file/upload",
                        GatewayClient.legacyHeaders(),
                        GatewayClient.legacyBody(MatrixWorld.bucketOf(workload), name, content));
            case LEGACY_DOWNLOAD ->
                client.send(
                        "GET",
                        "/file/download?bucket=" + MatrixWorld.bucketOf(workload) + "&key=" + name,
                        "",
                        new byte[0]);
        };
    }

    private int first() {
        return workload.size() / 4;
    }

    private int end() {
        return workload.size() / 4 * 3;
    }

    private Outcome judge(MatrixWorld world, Answer answer) {
        if (answer.status() == 0) {
            return Outcome.NO_ANSWER;
        }
        if (answer.status() >= 300) {
            Outcome error = ofError(answer);
            return answer.whole() && !hasBecomeVisible(world, error) ? error : wrongError(answer);
        }
        if (!answer.whole()) {
            return workload.needsObject() ? Outcome.ABORTED : Outcome.UNCLEAR;
        }
        return isRight(world, answer) ? Outcome.SUCCESS : Outcome.WRONG_BYTES;
    }

    private static Outcome wrongError(Answer answer) {
        return answer.whole() ? Outcome.VISIBLE : Outcome.UNCLEAR;
    }

    /** Whether an error was answered for a write that took place. */
    private boolean hasBecomeVisible(MatrixWorld world, Outcome error) {
        if (workload.needsObject()) {
            return false;
        }
        String version = world.storedVersion(workload, name);
        return error == Outcome.UNKNOWN ? "".equals(version) : version != null;
    }

    private boolean isRight(MatrixWorld world, Answer answer) {
        byte[] content = world.content(workload.size());
        return switch (workload.kind()) {
            case PUT, MISMATCH, LEGACY_UPLOAD -> isRightReceipt(answer, world.storedVersion(workload, name));
            case GET -> answer.status() == 200 && answer.hasBody(content);
            case RANGE -> answer.status() == 206 && answer.hasBody(Arrays.copyOfRange(content, first(), end()));
            case LEGACY_DOWNLOAD -> answer.status() == 206 && answer.hasBody(content);
            case DELETE -> answer.status() == 204 && world.storedVersion(workload, name) == null;
        };
    }

    private boolean isRightReceipt(Answer answer, @Nullable String storedVersion) {
        JsonNode json = JSON.readTree(answer.text());
        if (workload.kind() == Kind.LEGACY_UPLOAD) {
            return answer.status() == 200
                    && json.get("payload").get("ETag").asString().equals(storedVersion);
        }
        return answer.status() == 201
                && json.get("size").asLong() == workload.size()
                && answer.header("etag").equals(storedVersion);
    }

    private Outcome ofError(Answer answer) {
        String text = answer.text();
        if (!answer.header("content-type").contains("json")) {
            return Outcome.UNCLEAR;
        }
        JsonNode json = JSON.readTree(text);
        String said = workload.legacy()
                ? json.get("msg").asString()
                : json.get("code").asString();
        return switch (answer.status()) {
            case 400 -> Outcome.REFUSED;
            case 502 -> Outcome.FAULT;
            case 503 -> Outcome.UNAVAILABLE;
            case 504 ->
                said.matches("OUTCOME_UNKNOWN|.*wholly the old or wholly the new.*")
                        ? Outcome.UNKNOWN
                        : Outcome.TIMEOUT;
            default -> Outcome.UNCLEAR;
        };
    }
}
