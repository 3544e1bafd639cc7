package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;
import dev.banhmi.gateway.fault.Workload.Kind;
import dev.banhmi.gateway.fault.Workload.Step;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to come of a fault.
 *
 * @param outcomes the right ones
 * @param mayLeaveUpload whether a multipart upload may stay open
 * @param reason why this is not what the rule asks for, if it is not
 */
record Expectation(
        Set<Outcome> outcomes,
        boolean mayLeaveUpload,
        @Nullable String reason) {

    private static final String UNSEEN_UPLOAD =
            "the store began an upload whose id never reached the gateway, so nobody can abort"
                    + " it; it holds no part and ends by the bucket's lifecycle rule";
    private static final String ABORT_FAILS =
            "the abort itself fails for good: the id is in the log, the bucket's lifecycle rule ends it";
    private static final String SILENT_WRITE =
            "the answer to the write is lost and the store may still be at it: wholly old or new";
    private static final String RANGE_WITHOUT_SUM =
            "no store has a checksum of a range: here only TLS guards the bytes";

    /** The rule: one fault goes unnoticed, a lasting one is a clear error, and nothing half-done is left. */
    static Expectation of(Workload workload, Step step, Fault fault, boolean persistent) {
        S3Call call = step.call();
        boolean unseen = call.operation() == Operation.CREATE_MULTIPART_UPLOAD && mayBeginUnseenUpload(fault);
        boolean abortFails = call.operation() == Operation.ABORT_MULTIPART_UPLOAD
                && persistent
                && fault != Fault.SLOW
                && fault != Fault.DUPLICATE
                && !fault.reachesStore();
        EnumSet<Outcome> outcomes = outcomes(workload, step, fault, persistent);
        return new Expectation(outcomes, unseen || abortFails, reason(unseen, abortFails, outcomes));
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

    private static EnumSet<Outcome> outcomes(Workload workload, Step step, Fault fault, boolean persistent) {
        if (workload.kind() == Kind.MISMATCH) {
            return EnumSet.of(Outcome.REFUSED);
        }
        if (fault == Fault.CORRUPT_ANSWER) {
            return ofOtherBytes(workload);
        }
        boolean harmless = !persistent || fault == Fault.SLOW || fault == Fault.DUPLICATE;
        if (harmless || isOnlyALook(workload, step)) {
            return EnumSet.of(Outcome.SUCCESS);
        }
        if (step.call().isVisibleWrite()) {
            return ofVisibleWrite(fault);
        }
        if (step.call().operation() == Operation.DELETE_OBJECT && fault == Fault.TRUNCATED_ANSWER) {
            // The status line says it all.
            return EnumSet.of(Outcome.SUCCESS);
        }
        return switch (fault) {
            case SILENT, LATE, STUCK -> EnumSet.of(Outcome.TIMEOUT);
            case CORRUPT_UPLOAD -> EnumSet.of(Outcome.FAULT);
            case RESET_BODY -> EnumSet.of(Outcome.ABORTED, Outcome.UNAVAILABLE);
            case TRUNCATED_ANSWER -> ofHalfAnAnswer(workload, step, Outcome.UNAVAILABLE);
            case STALLED_BODY -> ofHalfAnAnswer(workload, step, Outcome.TIMEOUT);
            default -> EnumSet.of(Outcome.UNAVAILABLE);
        };
    }

    /** They cannot be told from the right ones before the last one; then the client is kept from taking them for whole. */
    private static EnumSet<Outcome> ofOtherBytes(Workload workload) {
        if (workload.kind() == Kind.RANGE) {
            return EnumSet.of(Outcome.WRONG_BYTES);
        }
        return workload.large() || workload.legacy() ? EnumSet.of(Outcome.ABORTED) : EnumSet.of(Outcome.FAULT);
    }

    /** What is asked only to say more in the answer cannot fail the write. */
    private static boolean isOnlyALook(Workload workload, Step step) {
        return step.call().operation() == Operation.HEAD_OBJECT
                && workload.kind() == Kind.PUT
                && (step.occurrence() > 1 || !workload.conditional());
    }

    private static EnumSet<Outcome> ofVisibleWrite(Fault fault) {
        return switch (fault) {
            // The store has it, and is found to have it.
            case STUCK, LOST_ANSWER, TRUNCATED_ANSWER -> EnumSet.of(Outcome.SUCCESS);
            case LATE -> EnumSet.of(Outcome.SUCCESS, Outcome.UNKNOWN);
            case SILENT -> EnumSet.of(Outcome.UNKNOWN);
            case CORRUPT_UPLOAD, ERROR_IN_200 -> EnumSet.of(Outcome.FAULT);
            default -> EnumSet.of(Outcome.UNAVAILABLE);
        };
    }

    /** Once more was sent than fits a response buffer, an error can only be shown by breaking off. */
    private static EnumSet<Outcome> ofHalfAnAnswer(Workload workload, Step step, Outcome uncommitted) {
        if (step.call().operation() != Operation.GET_OBJECT) {
            return EnumSet.of(Outcome.UNAVAILABLE);
        }
        return workload.large() || workload.legacy() ? EnumSet.of(Outcome.ABORTED) : EnumSet.of(uncommitted);
    }
}
