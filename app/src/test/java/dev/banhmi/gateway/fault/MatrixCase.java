package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.GatewayClient.Response;
import dev.banhmi.gateway.fault.S3Call.Operation;
import dev.banhmi.gateway.fault.Workload.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
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

    /** How often the gateway tries a call, {@code banhmi.s3.max-attempts}. */
    private static final int TRIES = 4;

    private static final JsonMapper JSON = new JsonMapper();
    private static final String TYPE = "Content-Type: text/x-matrix\r\n";

    static MatrixCase of(String name, Workload workload, S3Call call, Fault fault, boolean persistent) {
        return new MatrixCase(
                name,
                workload,
                call + (persistent ? " always" : " once"),
                List.of(new Script.Rule(call, fault, persistent)),
                Expectation.of(workload, call, fault, persistent));
    }

    static MatrixCase withoutFault(String name, Workload workload) {
        return new MatrixCase(name, workload, "no fault", List.of(), Expectation.ofNoFault(workload));
    }

    /** The same with another object. */
    MatrixCase named(String suffix) {
        return new MatrixCase(name + suffix, workload, row, rules, expectation);
    }

    boolean makesWait() {
        return rules.stream().anyMatch(rule -> rule.fault().makesWait());
    }

    /**
     * How a case ended.
     *
     * @param outcome in short
     * @param response status and text
     * @param calls all that reached the proxy
     * @param slowest how long the slowest of the calls that were meant to get a response took
     * @param unseenUploads the uploads whose id never reached the gateway; asked at the end, because a late call
     *     reaches the store when the gateway has long responded
     * @param overdue whether that is so long that the gateway may have stopped waiting
     * @param tryLost whether a call that meets a fault at every try met it less often than the gateway tries
     * @param leftUpload whether a multipart upload was still open at the end
     */
    record Result(
            MatrixCase matrixCase,
            Outcome outcome,
            String response,
            List<String> calls,
            Duration slowest,
            Supplier<Set<String>> unseenUploads,
            boolean overdue,
            boolean tryLost,
            boolean leftUpload) {

        String key() {
            Workload workload = matrixCase.workload();
            return MatrixWorld.bucketOf(workload) + "/" + MatrixWorld.keyOf(workload, matrixCase.name());
        }

        boolean mayStayOpen(String uploadId) {
            return matrixCase.expectation().mayLeaveUpload()
                    || unseenUploads.get().contains(uploadId);
        }

        /** The same after a last look into the store, when nothing is going on any more. */
        Result after(Set<String> open, boolean visible) {
            boolean write = !matrixCase.workload().needsObject();
            Outcome last = outcome;
            if (!open.stream().allMatch(this::mayStayOpen)) {
                last = Outcome.OPEN_UPLOAD;
            } else if (write && visible && outcome != Outcome.SUCCESS && outcome != Outcome.UNKNOWN) {
                last = Outcome.VISIBLE;
            }
            return new Result(
                    matrixCase, last, response, calls, slowest, unseenUploads, overdue, tryLost, !open.isEmpty());
        }

        boolean asExpected() {
            Expectation expectation = matrixCase.expectation();
            return expectation.outcomes().contains(outcome)
                    || (overdue && expectation.whenOverdue().contains(outcome))
                    || (tryLost && expectation.whenTryLost().contains(outcome));
        }

        /**
         * Whether this shows nothing: a call that no fault had slowed down took so long that the gateway may have given it up, and
         * what came of it is how that ends. Wrong bytes, what is left or visible and a missing response never are.
         */
        boolean inVain() {
            boolean maybeOfLateness = switch (outcome) {
                case TIMEOUT, UNAVAILABLE, UNKNOWN, ABORTED, NOT_INJECTED -> true;
                case SUCCESS, REFUSED, FAULT, NO_RESPONSE, UNCLEAR, WRONG_BYTES, VISIBLE, OPEN_UPLOAD -> false;
            };
            return !asExpected() && overdue && maybeOfLateness;
        }

        /** Whether only the slowness of the machine, or a connection that had been closed, makes this right. */
        boolean excused() {
            return asExpected() && !matrixCase.expectation().outcomes().contains(outcome);
        }

        /** Whether a lost try is the one excuse: the machine's slowness is none of it. */
        boolean excusedForALostTry() {
            return excused()
                    && !(overdue && matrixCase.expectation().whenOverdue().contains(outcome));
        }

        /** Which row of which block it is in. */
        String line() {
            return matrixCase.workload() + " " + matrixCase.row();
        }

        @Override
        public String toString() {
            return matrixCase.workload() + " " + matrixCase.rules() + ": " + outcome + ", expected "
                    + matrixCase.expectation().outcomes() + "; response " + response + "; calls " + calls
                    + ", the slowest "
                    + slowest.toMillis() + " ms" + (overdue ? ", overdue" : "") + (tryLost ? ", a try lost" : "");
        }
    }

    Result run(MatrixWorld world) throws IOException {
        String version = workload.needsObject() ? world.store(workload, name) : "";
        Script script = world.proxy().script(MatrixWorld.bucketOf(workload), MatrixWorld.keyOf(workload, name), rules);
        Response response = request(world);
        boolean noFault = script.injected() == 0 && !rules.isEmpty();
        Outcome outcome = noFault ? Outcome.NOT_INJECTED : judge(world, response, version);
        String shown = response.status() >= 300
                ? response.status() + " " + response.text()
                : Integer.toString(response.status());
        boolean overdue = world.waits().mayTimeOut(script.slowest());
        boolean tryLost = script.missedOneOf(TRIES);
        return new Result(
                this, outcome, shown, script.log(), script.slowest(), script::unseenUploads, overdue, tryLost, false);
    }

    private Response request(MatrixWorld world) throws IOException {
        byte[] content = world.content(workload.size());
        GatewayClient client = world.client();
        String object = "/v1/objects/" + MatrixWorld.bucketOf(workload) + "/" + name;
        return switch (workload.kind()) {
            case PUT ->
                client.send("PUT", object, TYPE + (workload.conditional() ? "If-None-Match: *\r\n" : ""), content);
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

    private Outcome judge(MatrixWorld world, Response response, String version) {
        if (response.status() == 0) {
            return Outcome.NO_RESPONSE;
        }
        if (response.status() >= 300) {
            Outcome error = ofError(response);
            return response.whole() && !hasBecomeVisible(world, error) ? error : wrongError(response);
        }
        if (!response.whole()) {
            return workload.needsObject() ? Outcome.ABORTED : Outcome.UNCLEAR;
        }
        return isRight(world, response, version) ? Outcome.SUCCESS : Outcome.WRONG_BYTES;
    }

    private static Outcome wrongError(Response response) {
        return response.whole() ? Outcome.VISIBLE : Outcome.UNCLEAR;
    }

    /** Whether an error was reported for a write that took place. */
    private boolean hasBecomeVisible(MatrixWorld world, Outcome error) {
        if (workload.needsObject()) {
            return false;
        }
        String version = world.storedVersion(workload, name);
        return error == Outcome.UNKNOWN ? "".equals(version) : version != null;
    }

    private boolean isRight(MatrixWorld world, Response response, String version) {
        byte[] content = world.content(workload.size());
        return switch (workload.kind()) {
            case PUT, MISMATCH, LEGACY_UPLOAD -> isRightReceipt(world, response);
            case GET ->
                response.status() == 200 && response.header("etag").equals(version) && response.hasBody(content);
            case RANGE ->
                response.status() == 206
                        && response.header("etag").equals(version)
                        && response.header("content-range")
                                .equals("bytes " + first() + "-" + (end() - 1) + "/" + workload.size())
                        && response.hasBody(Arrays.copyOfRange(content, first(), end()));
            case LEGACY_DOWNLOAD -> response.status() == 206 && response.hasBody(content);
            case DELETE -> response.status() == 204 && world.storedVersion(workload, name) == null;
        };
    }

    private boolean isRightReceipt(MatrixWorld world, Response response) {
        String version = world.storedVersion(workload, name);
        JsonNode json = JSON.readTree(response.text());
        if (workload.kind() == Kind.LEGACY_UPLOAD) {
            JsonNode payload = json.get("payload");
            return response.status() == 200
                    && payload.get("Bucket").asString().equals(MatrixWorld.bucketOf(workload))
                    && payload.get("Key").asString().equals(MatrixWorld.keyOf(workload, name))
                    && payload.get("ETag").asString().equals(version);
        }
        return response.status() == 201
                && response.header("etag").equals(version)
                && json.get("bucket").asString().equals(MatrixWorld.bucketOf(workload))
                && json.get("name").asString().equals(name)
                && json.get("size").asLong() == workload.size()
                && json.get("etag").asString().equals(version)
                && json.get("checksum").get("value").asString().equals(world.crc32c(workload))
                && (looksForReceiptFail() || isFull(json));
    }

    /** The two fields that only a look at the written version can fill. */
    private static boolean isFull(JsonNode receipt) {
        return receipt.get("contentType").asString().equals("text/x-matrix")
                && !receipt.get("lastModified").isNull();
    }

    private boolean looksForReceiptFail() {
        return rules.stream().anyMatch(rule -> rule.persistent() && rule.call().operation() == Operation.HEAD_VERSION);
    }

    private Outcome ofError(Response response) {
        String text = response.text();
        if (!response.header("content-type").contains("json")) {
            return Outcome.UNCLEAR;
        }
        JsonNode json = JSON.readTree(text);
        String said = workload.legacy()
                ? json.get("msg").asString()
                : json.get("code").asString();
        return switch (response.status()) {
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
