package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.ResourceArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.AnyPrincipal;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** What a key's policy must allow, so that instances with volumes under that key can be launched. */
final class VolumeKey {
    /*
     * Auto Scaling launches instances as its service-linked role, which may use no key but the account's own for EBS. Under another key each
     * launch ends with Client.InternalError, the group tries for ever, and nothing fails
     * (https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html, checked 2026-11-30).
     *
     * The roles are named in conditions. A key's policy refuses a principal that does not exist, and in a new account neither role does before
     * its first group, or its first Spot request
     * (https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html, checked 2026-11-30). The account as principal would not
     * do: it allows what IAM allows, and the roles' own policies allow nothing here.
     */

    private static final String AUTO_SCALING = "autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling";
    private static final String SPOT = "spot.amazonaws.com/AWSServiceRoleForEC2Spot";

    private VolumeKey() {}

    /** Adds it to a key of the app; of any other, it says what must be there. */
    static void allowLaunches(Construct fleet, IKey key, boolean spot) {
        List<String> roles = new ArrayList<>();
        roles.add(role(fleet, AUTO_SCALING));
        if (spot) {
            roles.add(role(fleet, SPOT));
        }
        boolean added = key.addToResourcePolicy(use(fleet, roles), true).getStatementAdded()
                && key.addToResourcePolicy(grant(fleet, roles), true).getStatementAdded();
        if (!added) {
            Annotations.of(fleet)
                    .addWarningV2(
                            "banhmi:volume-key",
                            "The policy of the key " + key.getKeyArn()
                                    + " is not this app's to write. Without statements for "
                                    + (spot ? AUTO_SCALING + " and " + SPOT : AUTO_SCALING)
                                    + ", kms:CreateGrant among them, no instance starts, and nothing says so:"
                                    + " https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html");
        }
    }

    private static PolicyStatement use(Construct fleet, List<String> roles) {
        return statement("VolumesOfInstances", fleet, roles, Map.of())
                .actions(List.of(
                        "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"))
                .build();
    }

    private static PolicyStatement grant(Construct fleet, List<String> roles) {
        return statement(
                        "GrantsForInstances", fleet, roles, Map.of("Bool", Map.of("kms:GrantIsForAWSResource", "true")))
                .actions(List.of("kms:CreateGrant"))
                .build();
    }

    private static PolicyStatement.Builder statement(
            String sid, Construct fleet, List<String> roles, Map<String, Object> further) {
        Map<String, Object> conditions = new TreeMap<>(further);
        conditions.put("ArnEquals", Map.of("aws:PrincipalArn", roles));
        conditions.put(
                "StringEquals", Map.of("kms:CallerAccount", Stack.of(fleet).getAccount()));
        return PolicyStatement.Builder.create()
                .sid(sid)
                .principals(List.of(new AnyPrincipal()))
                // In a key's policy, "*" is the key.
                .resources(List.of("*"))
                .conditions(conditions);
    }

    private static String role(Construct fleet, String name) {
        return ResourceArn.ofRole(fleet, "aws-service-role/" + name);
    }
}
