package dev.banhmi.gateway.transfer;

import static dev.banhmi.testkit.Patience.HANGS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.MemoryObjectStore;
import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.StoredVersion;
import dev.banhmi.gateway.store.WriteCondition;
import dev.banhmi.gateway.transfer.memory.BufferBudget;
import dev.banhmi.gateway.transfer.memory.PartBuffer;
import dev.banhmi.gateway.transfer.upload.AbandonedUploads;
import dev.banhmi.gateway.transfer.upload.RemovalTimes;
import dev.banhmi.gateway.transfer.upload.Time;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The upload engine over a store in memory, with a budget of two of the smallest parts. */
final class UploadFixture implements AutoCloseable {

    /** The size of a part of any upload that this budget allows. */
    static final long PART = 8L << 20;

    final MemoryObjectStore store;
    final BufferBudget budget = new BufferBudget(2 * PART, 1);
    final Uploads uploads;
    private final AbandonedUploads abandoned;

    UploadFixture(MemoryObjectStore store) {
        this(store, HANGS);
    }

    UploadFixture(MemoryObjectStore store, Duration maxWait) {
        this(store, maxWait, RemovalTimes.of(List.of()));
    }

    UploadFixture(MemoryObjectStore store, Duration maxWait, RemovalTimes removal) {
        this.store = store;
        this.abandoned = new AbandonedUploads(store, removal, Time.REAL);
        this.uploads = new Uploads(store, budget, maxWait, abandoned, new ConditionalWrites(store, HANGS, HANGS));
    }

    static ObjectKey key(String name) {
        return new ObjectKey("demo", name);
    }

    /** Holds all memory until it is closed. */
    PartBuffer occupyAll() throws IOException {
        PartBuffer all = budget.next(budget.newClient(), budget.total());
        all.fill(Generated.ofLength(budget.total()), budget.total());
        return all;
    }

    StoredVersion upload(String name, OptionalLong length, InputStream body) {
        return upload(name, length, body, new WriteCondition.Always());
    }

    StoredVersion upload(String name, OptionalLong length, InputStream body, WriteCondition condition) {
        return uploads.upload(request(name, length, condition), body).version();
    }

    static NewObject request(String name, OptionalLong length, WriteCondition condition) {
        return new NewObject(key(name), length, ObjectAttributes.ofType("application/octet-stream"), condition);
    }

    /** The code with which an upload fails, null when it does not. */
    @Nullable
    ErrorCode codeOf(Runnable upload) {
        try {
            upload.run();
            return null;
        } catch (GatewayException e) {
            return e.code();
        }
    }

    /** What has to be true whenever no upload is running. */
    void assertAtRest() {
        assertThat(budget.available()).as("free memory").isEqualTo(budget.total());
        assertThat(store.openUploads()).as("open uploads").isEmpty();
        assertThat(store.orphanedParts()).as("parts after the abort").isZero();
        assertThat(store.hooks().inFlight()).as("parts in flight").isZero();
        assertThat(store.hooks().mostBytesInFlight()).as("memory").isLessThanOrEqualTo(budget.total());
    }

    /** The same, after uploads that all failed. */
    void assertNothingIsLeft() {
        assertAtRest();
        assertThat(store.objectCount()).as("objects").isZero();
    }

    @Override
    public void close() {
        abandoned.close();
        budget.close();
    }
}
