package dev.banhmi.local;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Why a file cannot hold an object. The codes are S3's, and MinIO's where S3 has none
 * (https://github.com/minio/minio/blob/master/cmd/api-errors.go, checked 2026-11-30): so other clients know them too.
 */
enum Refusal {
    /** No file can have the name. */
    INVALID_NAME("XMinioInvalidObjectName"),

    /** A segment of the name is longer than the name of a file can be. */
    NAME_TOO_LONG("KeyTooLongError"),

    /** A segment of the name that would have to be a directory is the file of another object. */
    BELOW_AN_OBJECT("XMinioParentIsObject"),

    /** The name is a directory, because other objects are below it. */
    IS_A_DIRECTORY("XMinioObjectExistsAsDirectory"),

    /** The file system has no room for the object's metadata. */
    METADATA_TOO_LARGE("MetadataTooLarge"),

    /** The file system has no room for the object. MinIO's status of this is 507, which makes clients doubt what was done. */
    DISK_FULL("XMinioStorageFull");

    private final String code;

    Refusal(String code) {
        this.code = code;
    }

    /** The response to the client, with status 400. */
    S3Exception because(String reason) {
        return (S3Exception) S3Exception.builder()
                .message(reason)
                .statusCode(400)
                .awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code)
                        .errorMessage(reason)
                        .build())
                .build();
    }
}
