package dev.banhmi.gateway.store;

import software.amazon.awssdk.http.SdkHttpResponse;

/** What a call to the store, or a try of one, may have done although it failed; each is worse than the one before. */
enum Doubt {
    /*
     * A status counts as a refusal only where nothing makes it out of something else: proxies respond with 502, 503 or
     * 504 for a store that did what was asked and was not heard, and S3 with 500 for what went wrong at any point. A
     * 503 of the store itself, which has its request id, is one: it asks for fewer requests
     * (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, 2026-11-30). Copies and completions get
     * their 200 before they are done, and then a body that may say the opposite, or may not come.
     */

    /** Nothing: it was not sent, or it was refused. */
    NONE,
    /** What was asked for, but nothing any more: a look shows it. */
    MAY_BE_DONE,
    /** {@link #MAY_BE_DONE} when the body says that it failed, else {@link #MAY_BE_AT_WORK}: a status of success. */
    FAILED_IN_SUCCESS,
    /** What was asked for, now or later: there was no response, or not all of one. */
    MAY_BE_AT_WORK;

    private static final int NOT_IMPLEMENTED = 501;
    private static final int UNAVAILABLE = 503;
    private static final int GATEWAY_TIMEOUT = 504;

    /** Of a try that failed although, or because, there was this response. */
    static Doubt of(SdkHttpResponse response) {
        int status = response.statusCode();
        if (status / 100 == 2) {
            return FAILED_IN_SUCCESS;
        }
        return switch (status) {
            case NOT_IMPLEMENTED -> NONE;
            case UNAVAILABLE -> response.firstMatchingHeader("x-amz-request-id").isPresent() ? NONE : MAY_BE_DONE;
            case GATEWAY_TIMEOUT -> MAY_BE_AT_WORK;
            default -> status >= 500 ? MAY_BE_DONE : NONE;
        };
    }

    /** The worse of two. */
    Doubt or(Doubt other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
