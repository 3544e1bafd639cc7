package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ImageArchitecture;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of the ECS-optimized AMI of Amazon Linux 2023, as its name states it: {@code al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-x86_64}.
 *
 * @param suffix of the architecture, as AMIs name it
 * @param date of the release, in UTC
 */
public record AmiRelease(String suffix, LocalDate date) {
    /*
     * The image_name of the public parameter
     * (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html, checked 2026-11-30).
     */

    private static final Pattern NAME =
            Pattern.compile("al2023-ami-ecs-hvm-\\d{4}\\.\\d+\\.(\\d{8})(?:\\.\\d+)?-kernel-[0-9.]+-(x86_64|arm64)");

    /**
     * Reads a name.
     *
     * @param name any text
     * @return the release, or nothing where the name is none's or its date does not exist
     */
    public static Optional<AmiRelease> of(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AmiRelease(
                    matcher.group(2), LocalDate.parse(matcher.group(1), DateTimeFormatter.BASIC_ISO_DATE)));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    /**
     * The name of a release that existed, for an example.
     *
     * @param architecture that it runs
     * @return its name
     */
    public static String standIn(ImageArchitecture architecture) {
        return "al2023-ami-ecs-hvm-2023.0.20251108-kernel-6.1-" + suffix(architecture);
    }

    /**
     * Whether it runs on an architecture.
     *
     * @param architecture of an image
     * @return true for the one in its name
     */
    public boolean runs(ImageArchitecture architecture) {
        return suffix.equals(suffix(architecture));
    }

    /**
     * The days since its release, in which nothing that was found in it has been mended.
     *
     * @param today in UTC
     * @return negative before its release
     */
    public long ageInDays(LocalDate today) {
        return ChronoUnit.DAYS.between(date, today);
    }

    private static String suffix(ImageArchitecture architecture) {
        return architecture == ImageArchitecture.ARM64 ? "arm64" : "x86_64";
    }
}
