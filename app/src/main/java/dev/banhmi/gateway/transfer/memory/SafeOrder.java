package dev.banhmi.gateway.transfer.memory;

import java.util.Arrays;
import java.util.List;

/** The arithmetic of the budget, in chunks: pure functions over claims. */
final class SafeOrder {
    /*
     * There is one kind of resource, so the order by need, smallest first, works whenever any order does.
     */

    private SafeOrder() {}

    /**
     * Whether there is an order in which every claim gets all that it still needs: Dijkstra's banker. Each may use what
     * is free on its turn, and then releases all that it holds.
     */
    static boolean exists(List<Claim> claims, int free) {
        if (mostNeeded(claims) <= free) {
            return true;
        }
        int room = free;
        for (long claim : byNeed(claims)) {
            if (need(claim) > room) {
                return false;
            }
            room += held(claim);
        }
        return true;
    }

    /**
     * Whether all of these claims can continue at one pace without any of them ever waiting, where all that is held is
     * {@code held} and all that there may be is {@code room}: when one ends, those that need more have each taken as
     * much as it did.
     */
    static boolean keepsPace(List<Claim> claims, int held, int room) {
        if (held + (long) claims.size() * leastNeeded(claims) > room) {
            return false;
        }
        long[] order = byNeed(claims);
        long taken = held;
        for (int ended = 0; ended < order.length; ended++) {
            if (taken + (long) (order.length - ended) * need(order[ended]) > room) {
                return false;
            }
            taken -= held(order[ended]);
        }
        return true;
    }

    private static int mostNeeded(List<Claim> claims) {
        int most = 0;
        for (Claim claim : claims) {
            most = Math.max(most, claim.need());
        }
        return most;
    }

    private static int leastNeeded(List<Claim> claims) {
        int least = Integer.MAX_VALUE;
        for (Claim claim : claims) {
            least = Math.min(least, claim.need());
        }
        return least;
    }

    private static long[] byNeed(List<Claim> claims) {
        long[] order = new long[claims.size()];
        for (int i = 0; i < order.length; i++) {
            Claim claim = claims.get(i);
            order[i] = ((long) claim.need() << Integer.SIZE) | claim.held();
        }
        Arrays.sort(order);
        return order;
    }

    private static int need(long claim) {
        return (int) (claim >>> Integer.SIZE);
    }

    private static int held(long claim) {
        return (int) claim;
    }
}
