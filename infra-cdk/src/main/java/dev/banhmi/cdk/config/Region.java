package dev.banhmi.cdk.config;

import java.util.Map;
import java.util.regex.Pattern;

/** The form of a region's name, and the partition that it belongs to. */
final class Region {
    /*
     * The list of regions grows, so only the form is checked: us-east-1, ap-southeast-7, us-gov-west-1, us-isof-south-1, eusc-de-east-1.
     * botocore has the same form for each partition in its partitions.json (regionRegex; checked 2026-11-30), with up to two digits.
     */

    /** What every region's name matches. */
    static final Pattern RULE = Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d{1,2}");

    private static final String COMMERCIAL = "aws";

    /** By the beginning of the region's name; no key is the beginning of another. */
    private static final Map<String, String> PARTITIONS = Map.of(
            "cn-", "aws-cn",
            "us-gov-", "aws-us-gov",
            "us-iso-", "aws-iso",
            "us-isob-", "aws-iso-b",
            "eu-isoe-", "aws-iso-e",
            "us-isof-", "aws-iso-f",
            "eu-isof-", "aws-iso-f",
            "eusc-", "aws-eusc");

    private Region() {}

    /** The partition in the ARNs of a region. */
    static String partition(String region) {
        return PARTITIONS.entrySet().stream()
                .filter(partition -> region.startsWith(partition.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(COMMERCIAL);
    }
}
