package dev.banhmi.gateway.transfer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.transfer.memory.ClientSpeed.Grade;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final int PART = 128;
    private static final int CHUNKS = 6 * PART;

    private final Ledger ledger = new Ledger(CHUNKS);

    @Test
    void letsInHundredsOfNewcomersWithOneChunkEach() {
        List<Claim> newcomers = newcomers(300, Grade.FAST);
        assertThat(newcomers).allMatch(claim -> claim.held() == 1);
        assertThat(ledger.free()).isEqualTo(CHUNKS - 300);
    }

    @Test
    void letsInNoMoreNewcomersThanHalfOfItHolds() {
        newcomers(CHUNKS / 2, Grade.FAST);
        assertThat(ledger.tryAdmit(part(Grade.FAST))).isFalse();
    }

    @Test
    void letsNewcomersInWhateverTheSlowHold() {
        List<Claim> slow = newcomers(20, Grade.SLOW);
        for (int round = 0; round < PART; round++) {
            slow.forEach(ledger::tryGrow);
        }
        assertThat(held(slow)).isGreaterThanOrEqualTo(CHUNKS / 2 - 1);
        newcomers(CHUNKS / 4, Grade.FAST);
    }

    @Test
    void letsOthersInWhenNewcomersGoOnOrEnd() {
        List<Claim> newcomers = newcomers(CHUNKS / 2, Grade.FAST);
        assertThat(ledger.tryGrow(newcomers.getFirst())).isTrue();
        assertThat(ledger.tryAdmit(part(Grade.FAST))).isTrue();
        assertThat(ledger.tryAdmit(part(Grade.FAST))).isFalse();
        ledger.leave(newcomers.get(1));
        assertThat(ledger.tryAdmit(part(Grade.FAST))).isTrue();
    }

    @Test
    void fillsOlderPartsBeforeYoungerOnesGoOn() {
        List<Claim> parts = newcomers(20, Grade.FAST);
        for (int round = 0; round < PART; round++) {
            parts.forEach(ledger::tryGrow);
        }
        assertThat(parts.subList(0, 5)).allMatch(claim -> claim.need() == 0);
        assertThat(parts.subList(7, 20)).allMatch(claim -> claim.held() < PART / 2);
    }

    @Test
    void keepsHalfOfItFromSlowClientsHoweverManyThereAre() {
        List<Claim> slow = newcomers(20, Grade.SLOW);
        for (int round = 0; round < PART; round++) {
            slow.forEach(ledger::tryGrow);
        }
        assertThat(held(slow)).isBetween(CHUNKS / 2 - PART, CHUNKS / 2);
        slow.stream().filter(claim -> claim.need() == 0).forEach(this::leaveFull);

        List<Claim> fast = newcomers(1, Grade.FAST);
        Claim newcomer = fast.getFirst();
        while (newcomer.need() > 0) {
            assertThat(ledger.tryGrow(newcomer)).isTrue();
        }
    }

    @Test
    void doesNotWaitForClientsThatHaveStalled() {
        newcomers(40, Grade.STALLED);
        Claim slow = newcomers(1, Grade.SLOW).getFirst();
        while (slow.need() > 0) {
            assertThat(ledger.tryGrow(slow)).isTrue();
        }
    }

    @Test
    void letsSlowClientsPassTheirHalfOnlyForOnePartAtATime() {
        Grade[] grade = {Grade.FAST};
        List<Claim> turning = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Claim claim = new Claim(PART, true, () -> grade[0]);
            assertThat(ledger.tryAdmit(claim)).isTrue();
            turning.add(claim);
        }
        for (int round = 0; round < 100; round++) {
            turning.forEach(claim -> assertThat(ledger.tryGrow(claim)).isTrue());
        }
        grade[0] = Grade.SLOW;
        assertThat(held(turning)).isGreaterThan(CHUNKS / 2);

        int before = held(turning);
        for (int round = 0; round < PART; round++) {
            turning.forEach(ledger::tryGrow);
        }
        assertThat(held(turning)).isEqualTo(before + PART - 101);
    }

    @Test
    void givesALargePartItsTurnHoweverManySmallOnesComeAfterIt() {
        List<Claim> before = newcomers(30, Grade.FAST);
        Claim large = new Claim(CHUNKS / 2, false, () -> Grade.FAST);
        ledger.enter(large);
        before.forEach(this::leaveFull);
        int steps = 0;
        List<Claim> small = new ArrayList<>();
        while (large.need() > 0) {
            assertThat(++steps).as("steps").isLessThan(10 * CHUNKS);
            Claim next = new Claim(1 + steps % 40, true, () -> Grade.FAST);
            if (ledger.tryAdmit(next)) {
                small.add(next);
            }
            small.removeIf(claim -> {
                if (claim.need() == 0) {
                    leaveFull(claim);
                    return true;
                }
                ledger.tryGrow(claim);
                return false;
            });
            ledger.tryGrow(large);
        }
        assertThat(small).as("small parts on their way").isNotEmpty();
    }

    @Test
    void letsNobodyInForWhomTheOldestPartWouldHaveToWait() {
        Claim first = newcomers(1, Grade.FAST).getFirst();
        Claim large = new Claim(CHUNKS / 2, false, () -> Grade.FAST);
        ledger.enter(large);
        Claim younger = newcomers(1, Grade.FAST).getFirst();
        leaveFull(first);
        while (younger.held() < PART / 2) {
            assertThat(ledger.tryGrow(younger)).isTrue();
        }
        while (ledger.tryAdmit(part(Grade.FAST))) {
            assertThat(ledger.free()).isGreaterThanOrEqualTo(large.need());
        }
        assertThat(ledger.free()).isEqualTo(large.need());
    }

    @Test
    void readsAheadOnlyFromTheHalfThatIsFree() {
        assertThat(ledger.tryReserve(part(Grade.FAST))).isTrue();
        newcomers(CHUNKS / 4, Grade.FAST);
        assertThat(ledger.tryReserve(part(Grade.FAST))).isFalse();
    }

    @Test
    void givesNothingBeyondAClaim() {
        Claim claim = new Claim(1, true, () -> Grade.FAST);
        assertThat(ledger.tryAdmit(claim)).isTrue();
        assertThat(ledger.tryGrow(claim)).isFalse();
    }

    private List<Claim> newcomers(int count, Grade grade) {
        List<Claim> newcomers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Claim claim = part(grade);
            assertThat(ledger.tryAdmit(claim)).as("newcomer %d", i).isTrue();
            newcomers.add(claim);
        }
        return newcomers;
    }

    private static Claim part(Grade grade) {
        return new Claim(PART, true, () -> grade);
    }

    private void leaveFull(Claim claim) {
        claim.fill();
        ledger.leave(claim);
    }

    private static int held(List<Claim> claims) {
        return claims.stream().mapToInt(Claim::held).sum();
    }
}
