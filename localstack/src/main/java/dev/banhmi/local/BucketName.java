package dev.banhmi.local;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * S3's rules for the names of general purpose buckets, so that a name that works here works there
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, checked 2026-11-22).
 */
final class BucketName {

    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern IP_ADDRESS = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

    private BucketName() {}

    /** Why a name is not allowed, as a sentence; empty when it is allowed. */
    static Optional<String> problemOf(String name) {
        if (!ALLOWED.matcher(name).matches()) {
            return Optional.of("3 to 63 lower-case letters, digits, dots and hyphens are required,"
                    + " a letter or digit at both ends");
        }
        if (name.contains("..")) {
            return Optional.of("two dots side by side are not allowed");
        }
        if (IP_ADDRESS.matcher(name).matches()) {
            return Optional.of("a name that looks like an IP address is not allowed");
        }
        return Stream.of("xn--", "sthree-", "amzn-s3-demo-")
                .filter(name::startsWith)
                .map(prefix -> "S3 reserves names that begin with " + prefix)
                .findFirst()
                .or(() -> Stream.of("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
                        .filter(name::endsWith)
                        .map(suffix -> "S3 reserves names that end with " + suffix)
                        .findFirst());
    }
}
