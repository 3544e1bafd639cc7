package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;
import java.util.ArrayList;
import java.util.List;

/** A request to the gateway, and the calls to the store that it takes when nothing fails. */
enum Workload {
    PUT_0(Kind.PUT, 0, false),
    PUT_1K(Kind.PUT, 1024, false),
    PUT_8M(Kind.PUT, 8 << 20, false),
    PUT_20M(Kind.PUT, 20 << 20, false),
    CREATE_0(Kind.PUT, 0, true),
    CREATE_1K(Kind.PUT, 1024, true),
    CREATE_8M(Kind.PUT, 8 << 20, true),
    CREATE_20M(Kind.PUT, 20 << 20, true),
    /** A body that is not what its digest says: its upload has to be aborted. */
    MISMATCH_20M(Kind.MISMATCH, 20 << 20, false),
    GET_1K(Kind.GET, 1024, false),
    GET_20M(Kind.GET, 20 << 20, false),
    RANGE_1K(Kind.RANGE, 1024, false),
    RANGE_20M(Kind.RANGE, 20 << 20, false),
    DELETE_1K(Kind.DELETE, 1024, false),
    LEGACY_UPLOAD_1K(Kind.LEGACY_UPLOAD, 1024, true),
    LEGACY_UPLOAD_20M(Kind.LEGACY_UPLOAD, 20 << 20, true),
    LEGACY_DOWNLOAD_1K(Kind.LEGACY_DOWNLOAD, 1024, false),
    LEGACY_DOWNLOAD_20M(Kind.LEGACY_DOWNLOAD, 20 << 20, false);

    /** The smallest size that needs a second part. */
    private static final int ONE_PART = 8 << 20;

    private final Kind kind;
    private final int size;
    private final boolean conditional;

    enum Kind {
        PUT,
        MISMATCH,
        GET,
        RANGE,
        DELETE,
        LEGACY_UPLOAD,
        LEGACY_DOWNLOAD
    }

    /**
     * A call of a workload.
     *
     * @param call which
     * @param occurrence the how many-th of its kind, from 1
     */
    record Step(S3Call call, int occurrence) {

        @Override
        public String toString() {
            return call + (occurrence > 1 ? " #" + occurrence : "");
        }
    }

    Workload(Kind kind, int size, boolean conditional) {
        this.kind = kind;
        this.size = size;
        this.conditional = conditional;
    }

    Kind kind() {
        return kind;
    }

    int size() {
        return size;
    }

    boolean conditional() {
        return conditional;
    }

    boolean legacy() {
        return kind == Kind.LEGACY_UPLOAD || kind == Kind.LEGACY_DOWNLOAD;
    }

    /** Whether the object is to be in the store before the request. */
    boolean needsObject() {
        return switch (kind) {
            case GET, RANGE, DELETE, LEGACY_DOWNLOAD -> true;
            case PUT, MISMATCH, LEGACY_UPLOAD -> false;
        };
    }

    boolean large() {
        return size > ONE_PART;
    }

    /** The calls that can fail, in their order. */
    List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        switch (kind) {
            case PUT -> {
                steps.add(first(Operation.HEAD_OBJECT));
                steps.addAll(writes());
                steps.add(new Step(S3Call.of(Operation.HEAD_OBJECT), 2));
            }
            case LEGACY_UPLOAD -> {
                steps.add(first(Operation.HEAD_OBJECT));
                steps.addAll(writes());
            }
            case MISMATCH -> steps.add(first(Operation.ABORT_MULTIPART_UPLOAD));
            case GET, LEGACY_DOWNLOAD -> steps.add(first(Operation.GET_OBJECT));
            case RANGE -> {
                steps.add(first(Operation.HEAD_OBJECT));
                steps.add(first(Operation.GET_OBJECT));
            }
            case DELETE -> steps.add(first(Operation.DELETE_OBJECT));
        }
        return steps;
    }

    private List<Step> writes() {
        if (!large()) {
            return List.of(first(Operation.PUT_OBJECT));
        }
        List<Step> steps = new ArrayList<>();
        steps.add(first(Operation.CREATE_MULTIPART_UPLOAD));
        for (int part = 1; part <= Math.ceilDiv(size, ONE_PART); part++) {
            steps.add(new Step(S3Call.uploadPart(part), 1));
        }
        steps.add(first(Operation.COMPLETE_MULTIPART_UPLOAD));
        return steps;
    }

    private static Step first(Operation operation) {
        return new Step(S3Call.of(operation), 1);
    }
}
