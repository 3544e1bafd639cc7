package dev.banhmi.local;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Work with files that the launcher may not be allowed to read or change. It is refused then, as with S3, and nothing was done. */
final class FilePermissions {
    /*
     * To s3proxy 4.1.0 that is a fault like any other, with status 500 (S3ProxyHandlerJetty, checked 2026-11-30): clients repeat the
     * request, and of a write do not know what has become of it.
     */

    /** Where Java has no exception of its own. */
    private static final List<String> DENIED = List.of("Operation not permitted", "Read-only file system");

    private static final List<String> GONE = List.of("Not a directory");

    private FilePermissions() {}

    /**
     * Works.
     *
     * @throws S3Exception with status 403 when a permission is missing
     */
    static <T> T use(Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof FileSystemException denied && isDenied(denied)) {
                    throw refusal(denied, e);
                }
            }
            throw e;
        }
    }

    /** Whether work failed because a permission is missing. */
    static boolean isDenied(IOException failure) {
        return failure instanceof AccessDeniedException || isBecauseOf(failure, DENIED);
    }

    /** Whether work failed because its file has been removed, or a directory above it replaced by a file. */
    static boolean isGone(IOException failure) {
        return failure instanceof NoSuchFileException
                || failure instanceof NotDirectoryException
                || isBecauseOf(failure, GONE);
    }

    /** Whether work failed for one of these reasons, in the operating system's words. */
    static boolean isBecauseOf(IOException failure, List<String> reasons) {
        String reason = failure instanceof FileSystemException named ? named.getReason() : null;
        return reason != null && reasons.stream().anyMatch(reason::contains);
    }

    private static S3Exception refusal(FileSystemException denied, RuntimeException cause) {
        String message = "The launcher has no permission for " + denied.getFile() + ".";
        return (S3Exception) S3Exception.builder()
                .message(message)
                .cause(cause)
                .statusCode(403)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("AccessDenied")
                        .errorMessage(message)
                        .build())
                .build();
    }
}
