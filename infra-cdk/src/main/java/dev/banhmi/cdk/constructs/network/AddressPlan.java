package dev.banhmi.cdk.constructs.network;

import dev.banhmi.cdk.constructs.network.TieredVpc.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import software.amazon.awscdk.services.ec2.AllocateCidrRequest;
import software.amazon.awscdk.services.ec2.AllocatedSubnet;
import software.amazon.awscdk.services.ec2.IIpAddresses;
import software.amazon.awscdk.services.ec2.RequestedSubnet;
import software.amazon.awscdk.services.ec2.SubnetIpamOptions;
import software.amazon.awscdk.services.ec2.VpcIpamOptions;

/** The addresses of each subnet of each tier, which CDK asks for when it creates them. */
final class AddressPlan implements IIpAddresses {
    /*
     * The order and the gaps are those of the network of 2018: public, a gap of one and a quarter times as many addresses, private, a gap
     * of half as many, database, cache; each subnet starts at a multiple of its size. With three zones and /22 in 10.1.0.0/16 that gives
     * its subnets exactly, so ranges configured elsewhere (firewalls, peers) need not change.
     */

    private final Cidr vpc;
    private final Map<Tier, List<Cidr>> subnets;

    private AddressPlan(Cidr vpc, Map<Tier, List<Cidr>> subnets) {
        this.vpc = vpc;
        this.subnets = subnets;
    }

    /**
     * Lays the tiers out one after the other.
     *
     * @param masks of each tier
     * @return the plan; {@link #outside()} tells whether it fits into the VPC
     */
    static AddressPlan bySize(Cidr vpc, int zones, Map<Tier, Integer> masks) {
        Map<Tier, List<Cidr>> subnets = new EnumMap<>(Tier.class);
        long next = vpc.first();
        for (Tier tier : Tier.values()) {
            int mask = Objects.requireNonNull(masks.get(tier));
            long size = Cidr.size(mask);
            long start = (next + size - 1) / size * size;
            List<Cidr> ranges = new ArrayList<>();
            for (int zone = 0; zone < zones; zone++) {
                ranges.add(new Cidr(start + zone * size, mask));
            }
            subnets.put(tier, List.copyOf(ranges));
            next = start + zones * size + gapAfter(tier, zones * size);
        }
        return new AddressPlan(vpc, subnets);
    }

    static AddressPlan exactly(Cidr vpc, Map<Tier, List<Cidr>> subnets) {
        return new AddressPlan(vpc, new EnumMap<>(subnets));
    }

    private static long gapAfter(Tier tier, long addresses) {
        return switch (tier) {
            case PUBLIC -> addresses + addresses / 4;
            case PRIVATE -> addresses / 2;
            case DATABASE, CACHE -> 0;
        };
    }

    /** The subnets that are not in the VPC, in order. */
    List<Cidr> outside() {
        return all().stream().filter(subnet -> !vpc.contains(subnet)).toList();
    }

    /** The subnets that share addresses with one before them, in order. */
    List<Cidr> overlapping() {
        List<Cidr> all = all();
        List<Cidr> found = new ArrayList<>();
        for (int later = 1; later < all.size(); later++) {
            Cidr subnet = all.get(later);
            if (all.subList(0, later).stream().anyMatch(subnet::overlaps)) {
                found.add(subnet);
            }
        }
        return found;
    }

    List<Cidr> of(Tier tier) {
        return Objects.requireNonNull(subnets.get(tier));
    }

    private List<Cidr> all() {
        return subnets.values().stream().flatMap(Collection::stream).toList();
    }

    @Override
    public VpcIpamOptions allocateVpcCidr() {
        return VpcIpamOptions.builder().cidrBlock(vpc.toString()).build();
    }

    @Override
    public SubnetIpamOptions allocateSubnetsCidr(AllocateCidrRequest request) {
        // CDK asks zone by zone within a tier, and takes the results in the order in which it asked.
        Map<Tier, Integer> given = new EnumMap<>(Tier.class);
        List<AllocatedSubnet> allocated = new ArrayList<>();
        for (RequestedSubnet requested : request.getRequestedSubnets()) {
            Tier tier = Tier.ofGroup(requested.getConfiguration().getName());
            int zone = given.merge(tier, 1, Integer::sum) - 1;
            allocated.add(AllocatedSubnet.builder()
                    .cidr(of(tier).get(zone).toString())
                    .build());
        }
        return SubnetIpamOptions.builder().allocatedSubnets(allocated).build();
    }
}
