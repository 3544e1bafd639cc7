package dev.banhmi.gateway.fault;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One kind of call on one object.
 *
 * @param operation S3's name of it, and what it is for where that matters
 * @param part the number of the part for UploadPart, else 0
 */
record S3Call(Operation operation, int part) {

    private static final Pattern PART_NUMBER = Pattern.compile("(?:^|&)partNumber=(\\d+)");

    enum Operation {
        /** Before anything else. */
        HEAD_OBJECT,
        /** Pinned to the version that was just written: for the receipt. */
        HEAD_VERSION,
        /** After a write whose outcome is in doubt. */
        HEAD_DOUBTED,
        GET_OBJECT,
        PUT_OBJECT,
        DELETE_OBJECT,
        CREATE_MULTIPART_UPLOAD,
        UPLOAD_PART,
        COMPLETE_MULTIPART_UPLOAD,
        ABORT_MULTIPART_UPLOAD,
        /** After an abort: what is left? */
        LIST_PARTS
    }

    static S3Call of(Operation operation) {
        return new S3Call(operation, 0);
    }

    static S3Call uploadPart(int number) {
        return new S3Call(Operation.UPLOAD_PART, number);
    }

    /** Which call a request on an object is, by itself; what was sent before it can make it another one. */
    static S3Call of(HttpMessage request) {
        String query = request.query();
        Matcher part = PART_NUMBER.matcher(query);
        boolean upload = query.contains("uploadId=");
        return switch (request.method()) {
            case "HEAD" -> of(request.has("If-Match") ? Operation.HEAD_VERSION : Operation.HEAD_OBJECT);
            case "GET" -> of(upload ? Operation.LIST_PARTS : Operation.GET_OBJECT);
            case "PUT" -> part.find() ? uploadPart(Integer.parseInt(part.group(1))) : of(Operation.PUT_OBJECT);
            case "POST" -> of(upload ? Operation.COMPLETE_MULTIPART_UPLOAD : Operation.CREATE_MULTIPART_UPLOAD);
            case "DELETE" -> of(upload ? Operation.ABORT_MULTIPART_UPLOAD : Operation.DELETE_OBJECT);
            default -> throw new IllegalArgumentException(request.start() + " is no call that the gateway makes");
        };
    }

    /** Whether the call makes an object visible. */
    boolean isVisibleWrite() {
        return operation == Operation.PUT_OBJECT || operation == Operation.COMPLETE_MULTIPART_UPLOAD;
    }

    @Override
    public String toString() {
        return operation + (part == 0 ? "" : " " + part);
    }
}
