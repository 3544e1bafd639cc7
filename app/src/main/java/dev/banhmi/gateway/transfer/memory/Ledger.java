package dev.banhmi.gateway.transfer.memory;

import dev.banhmi.gateway.transfer.memory.ClientSpeed.Grade;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who holds how much of the budget, and who may have one more chunk (docs/decisions/0002). Not thread-safe; never
 * waits.
 */
final class Ledger {

    /*
     * A part claims its size and takes chunks as its bytes arrive. Three rules govern each chunk:
     *
     * 1. Safe: afterwards there is still an order in which every claim can be completed. So half-filled parts never
     *    wait for each other in a circle, whatever else is decided.
     * 2. In order: within a class (slow clients, and the others) older parts go first. A younger one takes a chunk only
     *    if all older ones and it can continue at one pace without waiting; otherwise memory would be spread over parts
     *    of which none ends. Stalled clients are not waited for. In every class one part is exempt from the order, so
     *    that no class stops: the oldest that can be completed with what is free; or else, when no full part is about
     *    to release memory, the one that needs least.
     * 3. Half for the slow: slow clients as a class may use half of the budget. They exceed it only by what they held
     *    when they became slow, and by what one part, the exempt one, needs for its completion.
     *
     * A newcomer's first chunk is subject neither to the order nor to what the slow hold, so that it is admitted at
     * once and slow clients never keep fast ones out. All first chunks together are at most half of the budget, less
     * what the slow hold beyond theirs.
     */

    private final int chunks;
    private final int half;
    private final List<Claim> claims = new ArrayList<>();
    private int free;

    Ledger(int chunks) {
        this.chunks = chunks;
        this.half = chunks / 2;
        this.free = chunks;
    }

    int chunks() {
        return chunks;
    }

    int free() {
        return free;
    }

    /** Enters the first part of a transfer and gives it its first chunk, or does nothing. */
    boolean tryAdmit(Claim newcomer) {
        int atTheDoor = 1;
        int slow = 0;
        int available = free - 1;
        Claim oldest = null;
        for (Claim claim : claims) {
            boolean fast = claim.grade() == Grade.FAST;
            if (claim.isAtTheDoor()) {
                atTheDoor += claim.held();
            } else if (!fast) {
                slow += claim.held();
            }
            available += claim.isFull() ? claim.held() : 0;
            oldest = oldest == null && fast && !claim.isFull() ? claim : oldest;
        }
        // The oldest part keeps what it needs, however large it is and however many come in.
        if (atTheDoor + Math.max(0, slow - half) > half || (oldest != null && oldest.need() > available)) {
            return false;
        }
        claims.add(newcomer);
        if (tryTake(newcomer)) {
            return true;
        }
        claims.removeLast();
        return false;
    }

    /** Enters a later part of a transfer; it holds nothing yet. */
    void enter(Claim next) {
        claims.add(next);
    }

    /**
     * Enters a part that holds all that it claims and waits for no client, if half of the budget stays free, or does
     * nothing.
     */
    boolean tryReserve(Claim whole) {
        if (whole.size() > free - half) {
            return false;
        }
        free -= whole.size();
        whole.take(whole.size());
        whole.fill();
        claims.add(whole);
        return true;
    }

    /** Grants one more chunk to a part that was entered, or does nothing. */
    boolean tryGrow(Claim claim) {
        return free > 0 && claim.need() > 0 && isItsTurn(claim) && tryTake(claim);
    }

    /** Takes back all that a part holds, and its claim. */
    void leave(Claim claim) {
        claims.remove(claim);
        free += claim.held();
    }

    private boolean tryTake(Claim claim) {
        claim.take(1);
        if (free > 0 && SafeOrder.exists(claims, free - 1)) {
            free--;
            return true;
        }
        claim.take(-1);
        return false;
    }

    private boolean isItsTurn(Claim candidate) {
        boolean slow = candidate.grade() != Grade.FAST;
        List<Claim> mates = new ArrayList<>();
        List<Claim> moving = new ArrayList<>();
        List<Claim> notYounger = new ArrayList<>();
        boolean younger = false;
        int held = 0;
        int available = free;
        for (Claim claim : claims) {
            available += claim.isFull() ? claim.held() : 0;
            Grade grade = claim.grade();
            if (claim == candidate || (grade != Grade.FAST) == slow) {
                held += claim.held();
                mates.add(claim);
                if (!claim.isFull() && (claim == candidate || grade != Grade.STALLED)) {
                    moving.add(claim);
                    if (!younger) {
                        notYounger.add(claim);
                    }
                }
                younger |= claim == candidate;
            }
        }
        int ours = slow ? Math.min(available, half - held) : available;
        if (candidate == oldestWithin(moving, ours) || candidate == exempt(mates, ours)) {
            return true;
        }
        int room = slow ? half : free + held;
        candidate.take(1);
        boolean inOrder = SafeOrder.keepsPace(notYounger, held + 1, room);
        candidate.take(-1);
        return inOrder;
    }

    private static @Nullable Claim exempt(List<Claim> mates, int available) {
        Claim oldest = oldestWithin(mates, available);
        return oldest == null && mates.stream().noneMatch(Claim::isFull) ? leastNeeding(mates) : oldest;
    }

    private static @Nullable Claim oldestWithin(List<Claim> claims, int available) {
        for (Claim claim : claims) {
            if (!claim.isFull() && claim.need() <= available) {
                return claim;
            }
        }
        return null;
    }

    private static @Nullable Claim leastNeeding(List<Claim> claims) {
        Claim least = null;
        for (Claim claim : claims) {
            if (!claim.isFull() && (least == null || claim.need() < least.need())) {
                least = claim;
            }
        }
        return least;
    }
}
