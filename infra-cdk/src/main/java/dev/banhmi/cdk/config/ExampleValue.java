package dev.banhmi.cdk.config;

import java.util.regex.Pattern;

/** Values that stand in documentation and belong to nobody. */
final class ExampleValue {
    /*
     * The accounts are those of AWS's own documentation, such as
     * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html (checked 2026-11-30); the names of mail
     * domains are reserved by RFC 2606.
     */

    private static final String ACCOUNTS =
            "000000000000|012345678901|111111111111|111122223333|123456789012|444455556666|777788889999|999999999999";

    private static final Pattern RULE = Pattern.compile(
            "(" + ACCOUNTS + ")"
                    + "|arn:[^:]*:(acm|kms):[^:]*:(" + ACCOUNTS + "):.*"
                    + "|arn:[^:]*:acm:[^:]*:[^:]*:certificate/(0{8}-.*|12345678-1234-1234-1234-123456789012)"
                    + "|.*@(.*\\.)?(example\\.(com|net|org)|[^.]+\\.(example|invalid|localhost|test))",
            Pattern.CASE_INSENSITIVE);

    private ExampleValue() {}

    /** Whether an account, an ARN of a certificate or a key, or a mail address is an example's. */
    static boolean isOne(String value) {
        return RULE.matcher(value).matches();
    }

    /** The ARN of a certificate that does not exist. */
    static String certificate(String region) {
        return "arn:" + Region.partition(region) + ":acm:" + region
                + ":111122223333:certificate/00000000-0000-4000-8000-000000000000";
    }
}
