package dev.banhmi.cdk.constructs;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SelectedSubnets;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.constructs.IConstruct;

/**
 * The subnets that a selection finds in a network.
 *
 * @param zones the zone of each; empty where they are known only when the stack is deployed, or when the network has been looked up
 */
public record ChosenSubnets(List<String> zones) {
    /** Copies the zones. */
    public ChosenSubnets {
        zones = List.copyOf(zones);
    }

    /**
     * Finds them.
     *
     * @param where the construct, or its scope before it exists
     * @param option the option's name
     * @param vpc the network
     * @param selection of its subnets
     * @param remedy what to write instead
     * @return the subnets
     * @throws IllegalArgumentException if there are none
     */
    public static ChosenSubnets of(
            IConstruct where, String option, IVpc vpc, SubnetSelection selection, String remedy) {
        SelectedSubnets found;
        try {
            found = vpc.selectSubnets(selection);
        } catch (RuntimeException e) {
            throw (IllegalArgumentException)
                    none(where, option, vpc, remedy + " CDK says: " + reason(e)).initCause(e);
        }
        if (Boolean.TRUE.equals(found.getIsPendingLookup())
                || Boolean.TRUE.equals(Token.isUnresolved(found.getSubnetIds()))) {
            return new ChosenSubnets(List.of());
        }
        if (found.getSubnetIds().isEmpty()) {
            throw none(where, option, vpc, remedy);
        }
        return new ChosenSubnets(found.getAvailabilityZones());
    }

    /**
     * Those that have more than one.
     *
     * @return in no order, each once
     */
    public List<String> crowdedZones() {
        return zones.stream().collect(Collectors.groupingBy(zone -> zone, Collectors.counting())).entrySet().stream()
                .filter(zone -> zone.getValue() > 1)
                .map(zone -> zone.getKey())
                .toList();
    }

    private static String reason(RuntimeException e) {
        return Objects.requireNonNullElse(e.getMessage(), "nothing")
                .lines()
                .findFirst()
                .orElse("nothing");
    }

    private static IllegalArgumentException none(IConstruct where, String option, IVpc vpc, String remedy) {
        return Refusal.of(
                where,
                option,
                "a selection without a subnet of " + vpc.getNode().getPath(),
                "one with subnets of that network",
                remedy);
    }
}
