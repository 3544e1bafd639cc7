package dev.banhmi.gateway.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.Seeds;
import dev.banhmi.gateway.transfer.ClientSpeed.Grade;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random uploads against the ledger, step by step: whatever they do and in whichever order, each comes to its end, and no
 * chunk is given out twice. Nothing waits in real time, so that a deadlock shows as a round in which nobody gets on.
 */
class LedgerModelTest {

    private static final int WORLDS = 60;
    private static final int STEPS = 3_000;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void everyUploadEndsWhateverTheOthersDo(boolean speedsChange) {
        long seed = Seeds.SEED;
        System.out.println("everyUploadEndsWhateverTheOthersDo: seed " + seed);
        Random random = new Random(seed);
        for (int world = 0; world < WORLDS; world++) {
            new World(random, speedsChange, "seed " + seed + " world " + world).run();
        }
    }

    /** One budget and those who use it. */
    private static final class World {

        private final Random random;
        private final boolean speedsChange;
        private final String name;
        private final int chunks;
        private final Ledger ledger;
        private final List<Upload> uploads = new ArrayList<>();

        World(Random random, boolean speedsChange, String name) {
            this.random = random;
            this.speedsChange = speedsChange;
            this.chunks = 2 + random.nextInt(200);
            this.name = name + " of " + chunks + " chunks";
            this.ledger = new Ledger(chunks);
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (uploads.size() < 40 && random.nextInt(10) == 0) {
                    uploads.add(new Upload());
                }
                if (!uploads.isEmpty()) {
                    Upload upload = uploads.get(random.nextInt(uploads.size()));
                    if (speedsChange && random.nextInt(20) == 0) {
                        upload.grade = anyGrade();
                    }
                    upload.step();
                }
                check();
            }
            while (!uploads.isEmpty()) {
                boolean moved = false;
                Collections.shuffle(uploads, random);
                for (Upload upload : List.copyOf(uploads)) {
                    moved |= upload.step();
                    check();
                }
                assertThat(moved).as("%s: somebody gets on", name).isTrue();
            }
            assertThat(ledger.free()).as(name).isEqualTo(chunks);
        }

        private Grade anyGrade() {
            List<Grade> grades = List.of(Grade.values());
            return grades.get(random.nextInt(grades.size()));
        }

        private void check() {
            int held = uploads.stream().mapToInt(Upload::held).sum();
            assertThat(held + ledger.free()).as(name).isEqualTo(chunks);
            assertThat(ledger.free()).as(name).isNotNegative();
            if (!speedsChange) {
                int slow = uploads.stream()
                        .filter(upload -> upload.grade != Grade.FAST && !upload.filling.isAtTheDoor())
                        .mapToInt(Upload::held)
                        .sum();
                int largest = uploads.stream()
                        .mapToInt(upload -> upload.largest)
                        .max()
                        .orElse(0);
                assertThat(slow).as("%s: held by slow clients", name).isLessThanOrEqualTo(chunks / 2 + largest);
            }
        }

        /** Parts one after the other, up to four of them on their way to the store. */
        private final class Upload {

            private Grade grade = anyGrade();
            private final List<Claim> sent = new ArrayList<>();
            private final int largest = 1 + random.nextInt(Math.max(1, chunks / 2));
            private int partsLeft = 1 + random.nextInt(6);
            private boolean admitted;
            private Claim filling = newPart(true);

            int held() {
                int held = sent.stream().mapToInt(Claim::held).sum();
                return held + filling.held();
            }

            /** Whether anything went on. */
            boolean step() {
                if (!sent.isEmpty() && random.nextInt(3) == 0) {
                    ledger.leave(sent.remove(random.nextInt(sent.size())));
                    return true;
                }
                if (!admitted) {
                    admitted = ledger.tryAdmit(filling);
                    return admitted;
                }
                boolean endsEarly = filling.held() > 0 && random.nextInt(50) == 0;
                if (filling.need() > 0 && !endsEarly) {
                    return ledger.tryGrow(filling) || takeBack();
                }
                if (sent.size() == 4) {
                    return takeBack();
                }
                filling.fill();
                sent.add(filling);
                partsLeft--;
                if (partsLeft > 0) {
                    filling = newPart(false);
                    ledger.enter(filling);
                } else {
                    sent.forEach(ledger::leave);
                    uploads.remove(this);
                }
                return true;
            }

            private boolean takeBack() {
                if (sent.isEmpty()) {
                    return false;
                }
                ledger.leave(sent.removeFirst());
                return true;
            }

            private Claim newPart(boolean first) {
                return new Claim(largest, first, () -> grade);
            }
        }
    }
}
