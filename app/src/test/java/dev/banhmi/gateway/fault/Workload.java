package dev.banhmi.gateway.fault;

import dev.banhmi.gateway.fault.S3Call.Operation;
import java.util.ArrayList;
import java.util.List;

/** A request to the gateway, and the calls to the store that it takes when nothing fails. */
enum Workload {
    PUT_0(Kind.PUT, 0, false),
    PUT_1K(Kind.PUT, 1024, false),
    PUT_8M(Kind.PUT, 8 << 20, false),
    PUT_2_PARTS(Kind.PUT, Sizes.TWO_PARTS, false),
    /** A first part, a last one and one between them. */
    PUT_3_PARTS(Kind.PUT, Sizes.THREE_PARTS, false),
    CREATE_1K(Kind.PUT, 1024, true),
    CREATE_2_PARTS(Kind.PUT, Sizes.TWO_PARTS, true),
    /** A body that is not what its digest says: its upload has to be aborted. */
    MISMATCH_2_PARTS(Kind.MISMATCH, Sizes.TWO_PARTS, false),
    GET_1K(Kind.GET, 1024, false),
    GET_17M(Kind.GET, 17 << 20, false),
    RANGE_1K(Kind.RANGE, 1024, false),
    RANGE_17M(Kind.RANGE, 17 << 20, false),
    DELETE_1K(Kind.DELETE, 1024, false),
    LEGACY_UPLOAD_1K(Kind.LEGACY_UPLOAD, 1024, true),
    LEGACY_UPLOAD_2_PARTS(Kind.LEGACY_UPLOAD, Sizes.TWO_PARTS, true),
    LEGACY_DOWNLOAD_1K(Kind.LEGACY_DOWNLOAD, 1024, false),
    LEGACY_DOWNLOAD_9M(Kind.LEGACY_DOWNLOAD, 9 << 20, false);

    private final Kind kind;
    private final int size;
    private final boolean conditional;

    /** The last part is small: what all of the matrix costs is its bytes, which everyone digests. */
    private static final class Sizes {

        /** The largest size that fits one part. */
        static final int ONE_PART = 8 << 20;

        static final int TWO_PARTS = ONE_PART + (64 << 10);
        static final int THREE_PARTS = 2 * ONE_PART + (64 << 10);
    }

    enum Kind {
        PUT,
        MISMATCH,
        GET,
        RANGE,
        DELETE,
        LEGACY_UPLOAD,
        LEGACY_DOWNLOAD
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
        return size > Sizes.ONE_PART;
    }

    private int parts() {
        return Math.ceilDiv(size, Sizes.ONE_PART);
    }

    /** What a call is for, whatever the size: a part is the first one, the last one or one between them. */
    String placeOf(S3Call call) {
        if (call.operation() != Operation.UPLOAD_PART) {
            return call.toString();
        }
        String place = call.part() == 1 ? "first" : call.part() == parts() ? "last" : "middle";
        return call.operation() + " " + place;
    }

    /** The calls that can fail, in their order. */
    List<S3Call> calls() {
        List<S3Call> calls = new ArrayList<>();
        switch (kind) {
            case PUT -> {
                calls.add(S3Call.of(Operation.HEAD_OBJECT));
                calls.addAll(writes());
                calls.add(S3Call.of(Operation.HEAD_VERSION));
            }
            case LEGACY_UPLOAD -> {
                calls.add(S3Call.of(Operation.HEAD_OBJECT));
                calls.addAll(writes());
            }
            case MISMATCH -> {
                calls.add(S3Call.of(Operation.ABORT_MULTIPART_UPLOAD));
                calls.add(S3Call.of(Operation.LIST_PARTS));
            }
            case GET, LEGACY_DOWNLOAD -> calls.add(S3Call.of(Operation.GET_OBJECT));
            case RANGE -> {
                calls.add(S3Call.of(Operation.HEAD_OBJECT));
                calls.add(S3Call.of(Operation.GET_OBJECT));
            }
            case DELETE -> calls.add(S3Call.of(Operation.DELETE_OBJECT));
        }
        return calls;
    }

    private List<S3Call> writes() {
        if (!large()) {
            return List.of(S3Call.of(Operation.PUT_OBJECT));
        }
        List<S3Call> calls = new ArrayList<>();
        calls.add(S3Call.of(Operation.CREATE_MULTIPART_UPLOAD));
        for (int part = 1; part <= parts(); part++) {
            calls.add(S3Call.uploadPart(part));
        }
        calls.add(S3Call.of(Operation.COMPLETE_MULTIPART_UPLOAD));
        return calls;
    }
}
