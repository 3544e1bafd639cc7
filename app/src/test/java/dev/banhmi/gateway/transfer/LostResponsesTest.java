package dev.banhmi.gateway.transfer;

import static dev.banhmi.testkit.Patience.HANGS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ActingS3;
import dev.banhmi.gateway.store.ActingS3.Call;
import dev.banhmi.gateway.store.ActingS3.Deed;
import dev.banhmi.gateway.store.ActingS3.Try;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.OverBothClients;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.LogOf;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import dev.banhmi.testkit.Seeds;
import dev.banhmi.testkit.Thoroughness;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

/**
 * Every call that changes the store, with every way in which its tries can end: what the client is told is true of what
 * the store has done, by the store's own books. Over the wire client only what that sends.
 */
@OverBothClients
class LostResponsesTest {
    /*
     * There are some ten thousand combinations: a part of them, drawn by chance, is tried here, all of them in the
     * soak.
     *
     * Success is told only when it was done, and a failure only when it was not and never will be. "Unknown" is always
     * true, so it is allowed only where a try got no response that says what came of it, or the look after a failure
     * got none.
     *
     * One exception: a write without a condition that another one replaced at once may be told as one that failed.
     */

    private static final int CASES = 400;

    private static final String NEW = "new";
    private static final String SOURCE = "source";

    private static ActingS3 s3;
    private static Clients withSdk;
    private static Clients overWire;
    private static BufferBudget budget;
    private static int cases;

    /** How a client changes something, with the call that makes it visible. */
    @SuppressWarnings("ImmutableEnumChecker") // a condition is a record of texts
    private enum Change {
        PUT(Call.PUT, new WriteCondition.Always()),
        PUT_IF_ABSENT(Call.PUT, new WriteCondition.IfAbsent()),
        PUT_IF_MATCH(Call.PUT, null),
        PARTS(Call.COMPLETE, new WriteCondition.Always()),
        PARTS_IF_ABSENT(Call.COMPLETE, new WriteCondition.IfAbsent()),
        PARTS_IF_MATCH(Call.COMPLETE, null),
        COPY(Call.COPY, new WriteCondition.Always()),
        COPY_IF_ABSENT(Call.COMPLETE, new WriteCondition.IfAbsent()),
        COPY_IF_MATCH(Call.COMPLETE, null),
        COPY_OF_NOTHING(Call.PUT, new WriteCondition.IfAbsent()),
        DELETE(Call.DELETE, new WriteCondition.Always()),
        DELETE_IF_MATCH(Call.DELETE, null);

        private final Call visible;
        private final @Nullable WriteCondition condition;

        Change(Call visible, @Nullable WriteCondition condition) {
            this.visible = visible;
            this.condition = condition;
        }

        private boolean isCopy() {
            return name().startsWith("COPY");
        }

        private boolean isConditional() {
            return !(condition instanceof WriteCondition.Always);
        }

        private List<Call> others() {
            return visible != Call.COMPLETE
                    ? List.of()
                    : List.of(Call.CREATE, isCopy() ? Call.COPY_PART : Call.PART, Call.ABORT);
        }
    }

    private static final List<Try> FIRST = List.of(
            Try.TRUE,
            new Try(Deed.DONE, Try.DROPPED, ""),
            new Try(Deed.DONE_LATER, Try.DROPPED, ""),
            new Try(Deed.NOT_DONE, Try.DROPPED, ""),
            new Try(Deed.DONE, 500, "InternalError"),
            new Try(Deed.DONE, 502, ""),
            new Try(Deed.DONE, 503, ""),
            new Try(Deed.NOT_DONE, 503, "SlowDown"),
            new Try(Deed.DONE, 504, ""),
            new Try(Deed.DONE_LATER, 504, ""));

    private static final List<Try> REST = List.of(
            Try.TRUE,
            refused(301, "PermanentRedirect"),
            refused(400, "ExpiredToken"),
            refused(400, "InvalidArgument"),
            refused(400, "AuthorizationHeaderMalformed"),
            refused(400, "BadDigest"),
            refused(401, ""),
            refused(403, "AccessDenied"),
            refused(403, "InvalidAccessKeyId"),
            refused(403, "RequestTimeTooSkewed"),
            refused(404, "NoSuchBucket"),
            refused(404, "NoSuchKey"),
            refused(409, "ConditionalRequestConflict"),
            refused(500, "InternalError"),
            refused(502, ""),
            refused(503, "SlowDown"),
            refused(503, ""),
            refused(504, ""),
            refused(Try.DROPPED, ""),
            new Try(Deed.DONE, Try.DROPPED, ""),
            new Try(Deed.DONE_LATER, Try.DROPPED, ""),
            new Try(Deed.DONE, 503, ""),
            new Try(Deed.DONE_AFTER_ANOTHERS, 0, ""));

    /** What a look after the failure meets. */
    private static final List<Try> LOOKS = List.of(Try.TRUE, refused(400, "ExpiredToken"), refused(Try.DROPPED, ""));

    @Parameter
    private boolean wire;

    /** The gateway's clients of the store, of which one does not wait for long. */
    private record Clients(ActingS3.Client patient, ActingS3.Client impatient) {

        static Clients of(boolean wire) {
            String overWire = Boolean.toString(wire);
            return new Clients(
                    s3.client(Map.of("wire", overWire)),
                    s3.client(Map.of(
                            "wire", overWire,
                            "max-attempts", "2",
                            "read-timeout", "120ms",
                            "api-call-attempt-timeout", "150ms",
                            "api-call-timeout", "250ms",
                            "complete-timeout", "250ms")));
        }

        void close() {
            impatient.close();
            patient.close();
        }
    }

    private record Case(Change change, Call call, Try first, Try rest, Try look) {}

    private record Told(@Nullable ErrorCode failure) {}

    private static Try refused(int status, String code) {
        return new Try(Deed.NOT_DONE, status, code);
    }

    @BeforeAll
    static void start() {
        s3 = ActingS3.start();
        withSdk = Clients.of(false);
        overWire = Clients.of(true);
        budget = new BufferBudget(64L << 20, 1);
    }

    @AfterAll
    static void stop() {
        budget.close();
        overWire.close();
        withSdk.close();
        s3.close();
    }

    @Test
    void tellsTheTruthHoweverTheTriesOfAVisibleCallEnd() {
        List<Case> all = new ArrayList<>();
        for (Change change : Change.values()) {
            for (Try first : FIRST) {
                for (Try rest : REST) {
                    if (rest.deed() == Deed.DONE_AFTER_ANOTHERS && !change.isConditional()) {
                        continue;
                    }
                    for (Try look : LOOKS) {
                        all.add(new Case(change, change.visible, first, rest, look));
                    }
                }
            }
        }
        assertTrueOf(all, clients().patient());
    }

    /** Also as the first response: nothing is in doubt then, and nothing may be called unknown. */
    @Test
    void tellsTheTruthOfWhatIsRefusedAtOnce() {
        List<Case> all = new ArrayList<>();
        for (Change change : Change.values()) {
            for (Try refused : REST) {
                if (refused.deed() != Deed.DONE_AFTER_ANOTHERS || change.isConditional()) {
                    all.add(new Case(change, change.visible, refused, refused, Try.TRUE));
                }
            }
        }
        assertTrueOf(all, clients().patient());
    }

    /** What only prepares a change: the object stays as it was or becomes the new one, and what is left is named. */
    @Test
    void namesWhatACallLeavesThatPreparesAChange() {
        List<Case> all = new ArrayList<>();
        for (Change change : Change.values()) {
            for (Call call : change.others()) {
                for (Try first : FIRST) {
                    for (Try rest : REST) {
                        if (rest.deed() != Deed.DONE_AFTER_ANOTHERS) {
                            all.add(new Case(change, call, first, rest, Try.TRUE));
                        }
                    }
                }
            }
        }
        assertTrueOf(all, clients().patient());
    }

    /** The deadline of the call ends while the store is silent. */
    @Test
    void tellsTheTruthAfterADeadline() {
        List<Case> all = new ArrayList<>();
        for (Change change : Change.values()) {
            for (Deed deed : List.of(Deed.DONE, Deed.DONE_LATER, Deed.NOT_DONE)) {
                Try silent = new Try(deed, Try.SILENT, "");
                all.add(new Case(change, change.visible, silent, silent, Try.TRUE));
                all.add(new Case(change, change.visible, silent, refused(400, "ExpiredToken"), Try.TRUE));
            }
        }
        assertTrueOf(all, clients().impatient());
    }

    private Clients clients() {
        return wire ? overWire : withSdk;
    }

    final boolean isOverWire() {
        return wire;
    }

    /** How many of so many cases are tried. */
    int share(int all) {
        return Thoroughness.times(Math.min(all, CASES));
    }

    /** Of a key that a store says it has not, no more can be told than that a deletion left nothing there. */
    private static boolean deniesWhatItHas(Case one) {
        return one.change() == Change.DELETE
                && one.first().deed() == Deed.NOT_DONE
                && one.rest().equals(refused(404, "NoSuchKey"));
    }

    private void assertTrueOf(List<Case> all, ActingS3.Client by) {
        all.removeIf(LostResponsesTest::deniesWhatItHas);
        // The other calls are made by the same client, however the bytes go.
        all.removeIf(one -> wire && one.call() != Call.PUT && one.call() != Call.PART);
        Collections.shuffle(all, new Random(Seeds.seed(LostResponsesTest.class)));
        List<String> lies = new ArrayList<>();
        for (Case one : all.subList(0, share(all.size()))) {
            lieOf(one, by, lies);
        }
        assertThat(lies).isEmpty();
    }

    private static boolean isImpatient(ActingS3.Client client) {
        return client.equals(withSdk.impatient()) || client.equals(overWire.impatient());
    }

    private static void lieOf(Case one, ActingS3.Client by, List<String> lies) {
        String key = "case-" + ++cases + ".";
        String etag = one.change().condition instanceof WriteCondition.IfAbsent ? "" : s3.place(key, "old");
        WriteCondition condition =
                one.change().condition == null ? new WriteCondition.IfMatch(etag) : one.change().condition;
        s3.place(key + SOURCE, one.change() == Change.COPY_OF_NOTHING ? "" : SOURCE);
        s3.plan(key, one.call(), one.first(), one.rest());
        Told told;
        List<ILoggingEvent> logged;
        try (LogOf log = LogOf.linesWith(key);
                AbandonedUploads abandoned = new AbandonedUploads(by.store(), RemovalTimes.of(List.of()), Time.REAL)) {
            if (!one.look().equals(Try.TRUE) && one.call() == one.change().visible) {
                lookAfterwards(one, key);
            }
            told = change(one.change(), key, condition, by, abandoned);
            logged = log.events();
        }
        s3.finishLate();
        // An impatient client may give up on a try before the store has seen it.
        boolean open = s3.isDoubtful(key) || !one.look().equals(Try.TRUE) || isImpatient(by);
        String lie = lie(key, told, open);
        if (lie == null && s3.openUploads(key) > 0 && logged.stream().noneMatch(LostResponsesTest::names)) {
            lie = s3.openUploads(key) + " uploads are left and not named";
        }
        if (lie != null) {
            lies.add(one + ": told " + told + ", " + lie);
        }
    }

    /** The source is looked at by another key, so only looks at the target fail. */
    private static void lookAfterwards(Case one, String key) {
        s3.plan(key, Call.LOOK, one.look(), one.look());
    }

    private static boolean names(ILoggingEvent event) {
        String line = event.getFormattedMessage();
        return line.contains("lifecycle rule") || line.contains("shutting down");
    }

    private static @Nullable String lie(String key, Told told, boolean open) {
        int deeds = s3.deeds(key);
        if (told.failure() == null) {
            return deeds == 0 ? "but it was not done" : null;
        }
        if (told.failure() == ErrorCode.OUTCOME_UNKNOWN) {
            return open ? null : "but the store said what came of it";
        }
        return deeds > 0 ? "but it was done" : null;
    }

    private static Told change(
            Change change, String key, WriteCondition condition, ActingS3.Client by, AbandonedUploads abandoned) {
        ObjectKey target = new ObjectKey("demo", key);
        // A store that reads forms gets them in parts, however small they are.
        ObjectAttributes kept = ObjectAttributes.ofType(
                change.visible == Call.COMPLETE ? "application/x-www-form-urlencoded" : "text/plain");
        NewObject object = new NewObject(target, OptionalLong.empty(), kept, condition);
        try {
            switch (change) {
                case DELETE, DELETE_IF_MATCH -> by.store().delete(target, condition);
                case COPY, COPY_IF_ABSENT, COPY_IF_MATCH, COPY_OF_NOTHING -> {
                    ObjectKey source = new ObjectKey("demo", key + SOURCE);
                    CopyOutcome outcome = new Copies(by.store(), by.copies(), abandoned, 8, HANGS, HANGS)
                            .copy(source, by.store().head(source), object);
                    if (outcome instanceof CopyOutcome.SourceReplaced) {
                        return new Told(ErrorCode.PRECONDITION_FAILED);
                    }
                }
                default ->
                    new Uploads(by.store(), budget, HANGS, abandoned, new ConditionalWrites(by.store(), HANGS, HANGS))
                            .upload(object, new ByteArrayInputStream(NEW.getBytes(UTF_8)));
            }
            return new Told(null);
        } catch (GatewayException e) {
            return new Told(e.code());
        }
    }
}
