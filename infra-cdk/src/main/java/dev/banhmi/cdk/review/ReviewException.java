package dev.banhmi.cdk.review;

/** A file that the review needs cannot be read; the message names it and says what creates it. */
public final class ReviewException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReviewException(String message) {
        super(message);
    }

    ReviewException(String message, Throwable cause) {
        super(message, cause);
    }
}
