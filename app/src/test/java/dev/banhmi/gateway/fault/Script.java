package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults that the calls on one object meet, and what came of these calls. Thread-safe. */
final class Script {

    private final List<Rule> rules;
    private final Set<Rule> used = new HashSet<>();
    private final List<String> log = new ArrayList<>();
    private final Set<String> unseenUploads = new HashSet<>();
    private final Map<String, Integer> triesFaulted = new HashMap<>();
    private @Nullable String lastUpload;
    private int injected;
    private boolean written;
    private Duration slowest = Duration.ZERO;

    /**
     * A fault of one call.
     *
     * @param call which
     * @param persistent whether it fails each time and not only the first time
     */
    record Rule(S3Call call, Fault fault, boolean persistent) {

        @Override
        public String toString() {
            return call + " " + fault + (persistent ? " always" : " once");
        }
    }

    Script(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** Called once for each request that arrives. */
    synchronized @Nullable Fault next(HttpMessage request) {
        S3Call call = inItsPlace(S3Call.of(request));
        for (Rule rule : rules) {
            if (call.equals(rule.call()) && (used.add(rule) || rule.persistent())) {
                injected++;
                if (rule.persistent()) {
                    // The tries of one call have one id.
                    triesFaulted.merge(request.header("amz-sdk-invocation-id"), 1, Integer::sum);
                }
                log.add(call + "!" + rule.fault());
                return rule.fault();
            }
        }
        log.add(call.toString());
        return null;
    }

    private S3Call inItsPlace(S3Call call) {
        written |= call.isVisibleWrite();
        if (call.operation() == Operation.CREATE_MULTIPART_UPLOAD && lastUpload != null) {
            // Who asks again has not got the response, however far that went.
            unseenUploads.add(lastUpload);
        }
        return written && call.operation() == Operation.HEAD_OBJECT ? S3Call.of(Operation.HEAD_DOUBTED) : call;
    }

    /** The store has begun an upload; nobody but the store knows its id yet. */
    synchronized void began(String uploadId) {
        unseenUploads.add(uploadId);
    }

    /** The gateway was told the id. */
    synchronized void told(String uploadId) {
        unseenUploads.remove(uploadId);
        lastUpload = uploadId;
    }

    /** How long a call that was meant to get a response took. */
    synchronized void took(Duration time) {
        if (time.compareTo(slowest) > 0) {
            slowest = time;
        }
    }

    /** How long the slowest of the calls that were meant to get a response took. */
    synchronized Duration slowest() {
        return slowest;
    }

    /** The uploads whose id never reached the gateway. */
    synchronized Set<String> unseenUploads() {
        return Set.copyOf(unseenUploads);
    }

    /** How many faults there were; a case without any shows nothing. */
    synchronized int injected() {
        return injected;
    }

    /** Whether a call that fails each time was seen less often than it is tried. */
    synchronized boolean missedOneOf(int tries) {
        return triesFaulted.values().stream().anyMatch(seen -> seen < tries);
    }

    /** All calls in their order, for whoever has to find out what went wrong. */
    synchronized List<String> log() {
        return List.copyOf(log);
    }
}
