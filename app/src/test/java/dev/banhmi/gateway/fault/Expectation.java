package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;
import dev.banhmi.gateway.fault.Workload.Kind;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to come of a fault.
 *
 * @param outcomes the right ones
 * @param whenOverdue what is right besides them when the machine was so slow that another call may have timed out, too:
 *     the store has not responded in time then, and to say so is right
 * @param whenTryLost what is right besides them when not every try reached the store: a pooled connection that the
 *     store has closed costs one, and if it was the last, the store was away rather than late; of a change nobody then
 *     knows whether that try is still at work
 * @param mayLeaveUpload whether a multipart upload may stay open of which the gateway knows
 * @param reason why this is not what the rule asks for, if it is not
 */
record Expectation(
        Set<Outcome> outcomes,
        Set<Outcome> whenOverdue,
        Set<Outcome> whenTryLost,
        boolean mayLeaveUpload,
        @Nullable String reason) {

    private static final String UNSEEN_UPLOAD =
            "the store began an upload whose id never reached the gateway, so nobody can abort"
                    + " it; it holds no part and ends by the bucket's lifecycle rule";
    private static final String ABORT_FAILS =
            "the abort itself fails for good: the id is in the log, the bucket's lifecycle rule ends it";
    private static final String SILENT_WRITE =
            "the response to the change is lost and the store may still be at it: wholly old or new";
    private static final String RANGE_WITHOUT_SUM =
            "no store has a checksum of a range: here only TLS guards the bytes";

    /** Without a fault. */
    static Expectation ofNoFault(Workload workload) {
        Outcome outcome = workload.kind() == Kind.MISMATCH ? Outcome.REFUSED : Outcome.SUCCESS;
        return new Expectation(
                EnumSet.of(outcome), EnumSet.noneOf(Outcome.class), EnumSet.noneOf(Outcome.class), false, null);
    }

    /** The rule: one fault goes unnoticed, a lasting one is a clear error, and nothing half-done is left. */
    static Expectation of(Workload workload, S3Call call, Fault fault, boolean persistent) {
        boolean unseen = call.operation() == Operation.CREATE_MULTIPART_UPLOAD && mayBeginUnseenUpload(fault);
        boolean abortFails = call.operation() == Operation.ABORT_MULTIPART_UPLOAD
                && persistent
                && fault != Fault.SLOW
                && fault != Fault.DUPLICATE
                && !fault.reachesStore();
        EnumSet<Outcome> outcomes = outcomes(workload, call, fault, persistent);
        return new Expectation(
                outcomes,
                whenOverdue(call, fault, persistent, outcomes),
                whenTryLost(call, persistent, outcomes),
                abortFails,
                reason(unseen, abortFails, outcomes));
    }

    /**
     * One call that times out besides the fault is one more try, which nobody notices; but a call that fails for good
     * may then have timed out last, and a write that is tried twice at the most may have been tried out.
     */
    private static EnumSet<Outcome> whenOverdue(
            S3Call call, Fault fault, boolean persistent, EnumSet<Outcome> outcomes) {
        EnumSet<Outcome> more = EnumSet.noneOf(Outcome.class);
        if (persistent && (outcomes.contains(Outcome.UNAVAILABLE) || outcomes.contains(Outcome.FAULT))) {
            more.add(Outcome.TIMEOUT);
        }
        boolean triedOut = call.operation() == Operation.COMPLETE_MULTIPART_UPLOAD && fault.isTimeout();
        if (triedOut || (persistent && isChange(call))) {
            more.add(Outcome.UNKNOWN);
        }
        return more;
    }

    private static EnumSet<Outcome> whenTryLost(S3Call call, boolean persistent, EnumSet<Outcome> outcomes) {
        EnumSet<Outcome> more = EnumSet.noneOf(Outcome.class);
        if (persistent && outcomes.contains(Outcome.TIMEOUT)) {
            more.add(Outcome.UNAVAILABLE);
        }
        if (persistent && isChange(call)) {
            more.add(Outcome.UNKNOWN);
        }
        return more;
    }

    private static boolean isChange(S3Call call) {
        return call.isVisibleWrite() || call.operation() == Operation.DELETE_OBJECT;
    }

    private static @Nullable String reason(boolean unseen, boolean abortFails, EnumSet<Outcome> outcomes) {
        if (unseen) {
            return UNSEEN_UPLOAD;
        }
        if (abortFails) {
            return ABORT_FAILS;
        }
        if (outcomes.contains(Outcome.WRONG_BYTES)) {
            return RANGE_WITHOUT_SUM;
        }
        return outcomes.contains(Outcome.UNKNOWN) ? SILENT_WRITE : null;
    }

    private static boolean mayBeginUnseenUpload(Fault fault) {
        return fault.reachesStore() || fault == Fault.LATE || fault == Fault.DUPLICATE;
    }

    private static EnumSet<Outcome> outcomes(Workload workload, S3Call call, Fault fault, boolean persistent) {
        if (workload.kind() == Kind.MISMATCH) {
            return EnumSet.of(Outcome.REFUSED);
        }
        if (fault == Fault.CORRUPT_RESPONSE) {
            return ofOtherBytes(workload);
        }
        boolean harmless = !persistent || fault == Fault.SLOW || fault == Fault.DUPLICATE;
        if (harmless || isOnlyALook(workload, call)) {
            return EnumSet.of(Outcome.SUCCESS);
        }
        if (call.isVisibleWrite()) {
            return ofVisibleWrite(fault);
        }
        if (call.operation() == Operation.DELETE_OBJECT) {
            // No look afterwards tells, nor does half a head; 503 SlowDown does.
            return EnumSet.of(fault == Fault.SLOW_DOWN ? Outcome.UNAVAILABLE : Outcome.UNKNOWN);
        }
        return switch (fault) {
            case SILENT, LATE, STUCK -> EnumSet.of(Outcome.TIMEOUT);
            case CORRUPT_UPLOAD -> EnumSet.of(Outcome.FAULT);
            case RESET_BODY -> EnumSet.of(Outcome.ABORTED, Outcome.UNAVAILABLE);
            case TRUNCATED_RESPONSE, STALLED_BODY -> ofHalfAResponse(workload, call);
            default -> EnumSet.of(Outcome.UNAVAILABLE);
        };
    }

    /**
     * They cannot be told from the right ones before the last one; then the client is kept from taking them for whole.
     */
    private static EnumSet<Outcome> ofOtherBytes(Workload workload) {
        if (workload.kind() == Kind.RANGE) {
            return EnumSet.of(Outcome.WRONG_BYTES);
        }
        return workload.large() || workload.legacy() ? EnumSet.of(Outcome.ABORTED) : EnumSet.of(Outcome.FAULT);
    }

    /** What is asked only to say more in the response cannot fail the write. */
    private static boolean isOnlyALook(Workload workload, S3Call call) {
        return call.operation() == Operation.HEAD_VERSION
                || (call.operation() == Operation.HEAD_OBJECT
                        && workload.kind() == Kind.PUT
                        && !workload.conditional());
    }

    private static EnumSet<Outcome> ofVisibleWrite(Fault fault) {
        return switch (fault) {
            // The store has it, and is found to have it.
            case STUCK, LOST_RESPONSE, TRUNCATED_RESPONSE -> EnumSet.of(Outcome.SUCCESS);
            case LATE -> EnumSet.of(Outcome.SUCCESS, Outcome.UNKNOWN);
            // Whether the store has seen a call is not to be seen from here.
            case SILENT, RESET -> EnumSet.of(Outcome.UNKNOWN);
            case CORRUPT_UPLOAD, ERROR_IN_200 -> EnumSet.of(Outcome.FAULT);
            default -> EnumSet.of(Outcome.UNAVAILABLE);
        };
    }

    /** Once more was sent than fits a response buffer, an error can only be shown by breaking off. */
    private static EnumSet<Outcome> ofHalfAResponse(Workload workload, S3Call call) {
        if (call.operation() != Operation.GET_OBJECT) {
            return EnumSet.of(Outcome.UNAVAILABLE);
        }
        return workload.large() || workload.legacy() ? EnumSet.of(Outcome.ABORTED) : EnumSet.of(Outcome.UNAVAILABLE);
    }
}
