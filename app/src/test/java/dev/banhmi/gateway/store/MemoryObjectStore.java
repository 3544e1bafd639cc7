package dev.banhmi.gateway.store;

import static dev.banhmi.testkit.Patience.HANGS;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.store.StoreHooks.Operation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An S3 store in memory for tests, as strict as S3 itself: conditions are decided in the moment of the write, a part's CRC32C,
 * number and size and the CRC32C of the whole are checked, an upload stays open until it is completed or aborted, and a part that arrives after the abort
 * is kept as an orphan. {@link #finishLate} makes it finish parts after their calls have ended, and even after an abort. Like the AWS SDK it does nothing in a thread that is interrupted. Thread-safe.
 *
 * <p>{@link #hooks} makes any call fail or wait, and counts.
 */
public final class MemoryObjectStore implements ObjectStore, ObjectCopies {

    private static final long SMALLEST_PART = 5L << 20;
    private static final int MOST_PARTS = 10_000;
    private static final Comparator<String> IN_ORDER =
            Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    private static final Comparator<ObjectKey> LISTED =
            Comparator.comparing(ObjectKey::bucket).thenComparing(ObjectKey::key, IN_ORDER);
    private static final Pattern SINGLE_RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final int BUFFER = 64 * 1024;

    private final String name = UUID.randomUUID().toString();
    private final boolean keepsBytes;
    private final StoreHooks hooks = new StoreHooks();
    private final NavigableMap<ObjectKey, Stored> objects = new TreeMap<>(LISTED);
    private final Map<ObjectKey, ErrorCode> refused = new HashMap<>();
    private final Map<String, OpenUpload> uploads = new TreeMap<>();
    private final Set<String> completed = new HashSet<>();
    private final List<LatePart> late = new ArrayList<>();
    private LongSupplier nanoTime = System::nanoTime;
    private Lateness lateness = (_, _) -> Optional.empty();
    private long lastLanding = Long.MIN_VALUE;
    private int partsAfterAbort;
    private int partsTaken;
    private long uploadsBegun;
    private int orphanedParts;

    private MemoryObjectStore(boolean keepsBytes) {
        this.keepsBytes = keepsBytes;
    }

    /**
     * A store that can give back what was stored.
     *
     * @return an empty store
     */
    public static MemoryObjectStore keepingBytes() {
        return new MemoryObjectStore(true);
    }

    /**
     * A store for objects that are larger than the heap: it verifies every byte and keeps only lengths and CRCs, so that
     * {@link #get} does not work.
     *
     * @return an empty store
     */
    public static MemoryObjectStore keepingSums() {
        return new MemoryObjectStore(false);
    }

    /**
     * What tells this store from every other one; part of the ids of all its uploads.
     *
     * @return random
     */
    public String name() {
        return name;
    }

    /**
     * Where failures and waits are planned, and what was counted.
     *
     * @return the hooks of this store
     */
    public StoreHooks hooks() {
        return hooks;
    }

    /**
     * Makes some parts be finished without a response, as S3 may: the call waits until it is interrupted, and the part
     * is there some time after its last byte has come. When the upload was aborted meanwhile, it is there again with
     * this part, until it is aborted again.
     *
     * @param clock nanoseconds by which the lateness is measured
     * @param howLate nothing for a part that is responded to
     */
    public synchronized void finishLate(LongSupplier clock, Lateness howLate) {
        nanoTime = clock;
        lateness = howLate;
    }

    /** How late a part is finished. */
    @FunctionalInterface
    public interface Lateness {
        /**
         * Called when every byte of a part has come.
         *
         * @param upload which
         * @param number of the part
         * @return how long after that it is finished; nothing when the call gets its response
         */
        Optional<Duration> of(MultipartUpload upload, int number);
    }

    /**
     * When the last late part was finished or will be.
     *
     * @return by the clock of {@link #finishLate}, nothing when there was none
     */
    public synchronized OptionalLong lastLatePart() {
        return lastLanding == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(lastLanding);
    }

    /**
     * How many uploads were there again because a part was finished after their abort.
     *
     * @return each of them as often as that happened
     */
    public synchronized int partsAfterAbort() {
        finishDueParts();
        return partsAfterAbort;
    }

    /**
     * How many parts of open uploads were taken at once, whatever has become of the uploads since.
     *
     * @return without those that were finished late
     */
    public synchronized int partsTaken() {
        return partsTaken;
    }

    private synchronized void finishDueParts() {
        for (LatePart part : List.copyOf(late)) {
            if (nanoTime.getAsLong() - part.due() >= 0) {
                late.remove(part);
                if (!completed.contains(part.of().upload().id())) {
                    partsAfterAbort += uploads.containsKey(part.of().upload().id()) ? 0 : 1;
                    uploads.computeIfAbsent(
                                    part.of().upload().id(),
                                    _ -> new OpenUpload(
                                            part.of().upload(), part.of().attributes(), new TreeMap<>()))
                            .parts()
                            .put(part.number(), part.received());
                }
            }
        }
    }

    /** Whether a part gets no response; then it is finished later. */
    private synchronized boolean isLate(OpenUpload open, int number, Received received) {
        Optional<Duration> delay = lateness.of(open.upload(), number);
        delay.ifPresent(wait -> {
            long due = nanoTime.getAsLong() + wait.toNanos();
            late.add(new LatePart(due, open, number, received));
            lastLanding = Math.max(lastLanding, due);
        });
        return delay.isPresent();
    }

    private static GatewayException withoutResponse() {
        try {
            if (!new CountDownLatch(1).await(HANGS.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("nobody has ended a call without a response");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new GatewayException(ErrorCode.STORE_UNAVAILABLE, "the call was interrupted");
    }

    /**
     * The pieces that an object was sent in, one for an object of a single put.
     *
     * @param key where
     * @return length and CRC32C of each in order, nothing when there is no such object
     */
    public synchronized Optional<List<Piece>> piecesOf(ObjectKey key) {
        return Optional.ofNullable(objects.get(key)).map(Stored::pieces);
    }

    /**
     * The bytes of an object.
     *
     * @param key where
     * @return all of them, nothing when there is no such object
     */
    public synchronized Optional<byte[]> bytesOf(ObjectKey key) {
        return Optional.ofNullable(objects.get(key)).map(Stored::bytes);
    }

    /**
     * Puts an object of any size there, of which only lengths and sums exist.
     *
     * @param key where
     * @param pieces in order
     * @return its version
     */
    public synchronized StoredVersion place(ObjectKey key, List<Piece> pieces) {
        List<Received> received =
                pieces.stream().map(piece -> new Received(piece, null)).toList();
        return write(key, received, ObjectAttributes.ofType("image/png"), new WriteCondition.Always(), "-placed");
    }

    /**
     * How many objects are visible.
     *
     * @return 0 or more
     */
    public synchronized int objectCount() {
        return objects.size();
    }

    /**
     * Makes every look at an object fail, as for one that is encrypted with a key that the gateway may not use; it is
     * still listed.
     *
     * @param key where
     * @param code of the failure
     */
    public synchronized void refuse(ObjectKey key, ErrorCode code) {
        refused.put(key, code);
    }

    private synchronized void requireNotRefused(ObjectKey key) {
        ErrorCode code = refused.get(key);
        if (code != null) {
            throw new GatewayException(code, "The store refuses a look at " + key.key() + ".");
        }
    }

    /**
     * The uploads that are neither completed nor aborted.
     *
     * @return a copy, in the order in which they began
     */
    public synchronized List<MultipartUpload> openUploads() {
        finishDueParts();
        return uploads.values().stream().map(OpenUpload::upload).toList();
    }

    /**
     * How many parts arrived after their upload had been aborted: S3 keeps and bills these.
     *
     * @return 0 or more
     */
    public synchronized int orphanedParts() {
        return orphanedParts;
    }

    @Override
    public ObjectInfo head(ObjectKey key) {
        return hooks.around(Operation.HEAD, () -> {
            requireNotRefused(key);
            return require(key).info();
        });
    }

    @Override
    public ObjectInfo headVersion(ObjectKey key, String etag) {
        return hooks.around(Operation.HEAD, () -> requireVersion(key, etag).info());
    }

    @Override
    public ObjectContent get(ObjectKey key) {
        return hooks.around(Operation.GET, () -> {
            Stored object = require(key);
            return open(object, 0, object.info().size());
        });
    }

    @Override
    public ObjectContent getRange(ObjectKey key, String etag, long first, long last) {
        return hooks.around(Operation.GET, () -> {
            Stored object = requireVersion(key, etag);
            if (first < 0 || first > last || last >= object.info().size()) {
                throw new GatewayException(ErrorCode.RANGE_NOT_SATISFIABLE, first + " to " + last);
            }
            return open(object, first, last - first + 1);
        });
    }

    @Override
    public OpenRange getCurrentRange(ObjectKey key, String range) {
        return hooks.around(Operation.GET, () -> {
            Stored object = require(key);
            long size = object.info().size();
            Matcher asked = SINGLE_RANGE.matcher(range);
            if (!asked.matches()) {
                throw fault("not a single range: " + range);
            }
            boolean suffix = asked.group(1).isEmpty();
            long last = suffix || asked.group(2).isEmpty() ? size - 1 : Long.parseLong(asked.group(2));
            long first = suffix ? Math.max(0, size - Long.parseLong(asked.group(2))) : Long.parseLong(asked.group(1));
            if (first >= size) {
                throw new GatewayException(ErrorCode.RANGE_NOT_SATISFIABLE, range);
            }
            long length = Math.min(last, size - 1) - first + 1;
            return new OpenRange(open(object, first, length), first, length);
        });
    }

    private ObjectContent open(Stored object, long first, long length) {
        InputStream stream = hooks.source()
                .map(source -> source.open(first, length))
                .orElseGet(() -> new ByteArrayInputStream(object.bytes(), (int) first, (int) length));
        return new MemoryContent(object.info(), stream);
    }

    @Override
    public URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes, ObjectAttributes shown) {
        return hooks.around(
                Operation.PRESIGN,
                () -> URI.create("memory:" + key.bucket() + "?signed-for=" + (withBytes ? "GET" : "HEAD")));
    }

    /**
     * As S3 lists, and with what S3 allows and s3proxy does: an open upload takes up the place of an object in a page
     * and is not shown, so that a page may be short, or empty, although others follow.
     */
    @Override
    public ObjectPage list(ListRequest request) {
        if (request.limit() < 1 || request.limit() > 1000) {
            throw fault("max-keys " + request.limit());
        }
        return hooks.around(Operation.LIST, () -> {
            synchronized (this) {
                return MemoryListing.of(request, objectsBehind(request), stubs(request.bucket()));
            }
        });
    }

    private Iterable<ListedObject> objectsBehind(ListRequest request) {
        String from = MemoryListing.keyOf(request.from());
        String first = IN_ORDER.compare(from, request.prefix()) > 0 ? from : request.prefix();
        return () -> objects.tailMap(new ObjectKey(request.bucket(), first), true).entrySet().stream()
                .takeWhile(entry -> entry.getKey().bucket().equals(request.bucket()))
                .map(entry -> listed(entry.getKey(), entry.getValue().info()))
                .iterator();
    }

    private List<String> stubs(String bucket) {
        return uploads.values().stream()
                .map(open -> open.upload().key())
                .filter(key -> key.bucket().equals(bucket))
                .map(ObjectKey::key)
                .toList();
    }

    private static ListedObject listed(ObjectKey key, ObjectInfo info) {
        return new ListedObject(key.key(), info.size(), info.etag(), info.lastModified());
    }

    @Override
    public void delete(ObjectKey key, WriteCondition condition) {
        hooks.around(Operation.DELETE, () -> {
            synchronized (this) {
                if (condition instanceof WriteCondition.IfAbsent) {
                    throw new IllegalArgumentException("S3 deletes under If-Match or without a condition");
                }
                requireCondition(hooks.seen(Operation.DELETE, condition), objects.get(key));
                return Optional.ofNullable(objects.remove(key));
            }
        });
    }

    /** As a store that reads forms. */
    @Override
    public boolean canPut(ObjectAttributes attributes) {
        return !FormTypes.isOne(attributes.contentType());
    }

    @Override
    public StoredVersion put(ObjectKey key, Payload payload, ObjectAttributes attributes, WriteCondition condition) {
        return hooks.around(Operation.PUT, () -> {
            Received received = hooks.inFlight(payload.length(), () -> receive(payload));
            WriteCondition seen = hooks.seen(Operation.PUT, condition);
            boolean decided = hooks.decides(seen, () -> requireCondition(seen, find(key)));
            return write(key, List.of(received), attributes, decided ? new WriteCondition.Always() : seen, "");
        });
    }

    @Override
    public MultipartUpload beginUpload(ObjectKey key, ObjectAttributes attributes) {
        return hooks.around(Operation.BEGIN, () -> {
            synchronized (this) {
                uploadsBegun++;
                MultipartUpload upload = new MultipartUpload(key, "%s-%06d".formatted(name, uploadsBegun));
                uploads.put(upload.id(), new OpenUpload(upload, attributes, new TreeMap<>()));
                return upload;
            }
        });
    }

    @Override
    public UploadedPart uploadPart(MultipartUpload upload, int number, Payload payload) {
        OpenUpload begun = requireOpen(upload);
        if (number < 1 || number > MOST_PARTS) {
            throw fault("part number " + number);
        }
        return hooks.inFlight(
                payload.length(),
                () -> hooks.around(Operation.PART, () -> {
                    Received received = receive(payload);
                    if (isLate(begun, number, received)) {
                        throw withoutResponse();
                    }
                    UploadedPart part = new UploadedPart(
                            number,
                            "\"" + received.piece().sum() + "\"",
                            received.piece().length(),
                            received.piece().crc32c());
                    synchronized (this) {
                        OpenUpload open = uploads.get(upload.id());
                        if (open == null) {
                            orphanedParts++;
                            throw fault("part " + number + " of an upload that was aborted meanwhile");
                        }
                        open.parts().put(number, received);
                        partsTaken++;
                    }
                    return part;
                }));
    }

    @Override
    public StoredVersion completeUpload(
            MultipartUpload upload, List<UploadedPart> parts, Crc32c crc32c, WriteCondition condition) {
        return hooks.around(Operation.COMPLETE, () -> {
            synchronized (this) {
                OpenUpload open = requireOpen(upload);
                List<Received> received =
                        parts.stream().map(part -> requirePart(open, part)).toList();
                List<Integer> numbers = parts.stream().map(UploadedPart::number).toList();
                return complete(open, numbers, received, crc32c.base64(), hooks.seen(Operation.COMPLETE, condition));
            }
        });
    }

    private synchronized StoredVersion complete(
            OpenUpload open,
            List<Integer> numbers,
            List<Received> parts,
            @Nullable String crc32c,
            WriteCondition condition) {
        for (int i = 0; i < parts.size(); i++) {
            boolean last = i == parts.size() - 1;
            if (!last && numbers.get(i) >= numbers.get(i + 1)) {
                throw fault("parts out of order: " + numbers);
            }
            if (!last && parts.get(i).piece().length() < SMALLEST_PART) {
                throw fault("part below 5 MiB: " + parts.get(i));
            }
        }
        if (parts.isEmpty()) {
            throw fault("no parts");
        }
        String sum = WholeCrc32c.base64(parts.stream().map(Received::piece).toList());
        if (crc32c != null && !crc32c.equals(sum)) {
            throw fault("BadDigest: CRC32C " + sum + " of the whole, announced was " + crc32c);
        }
        MultipartUpload upload = open.upload();
        StoredVersion version = write(upload.key(), parts, open.attributes(), condition, "-" + parts.size());
        uploads.remove(upload.id());
        completed.add(upload.id());
        return version;
    }

    @Override
    public StoredVersion copy(CopySource source, ObjectKey key, ObjectAttributes attributes) {
        return hooks.around(Operation.COPY, () -> {
            synchronized (this) {
                Stored object = requireVersion(source.key(), source.etag());
                if (object.info().size() > StoreLimits.LARGEST_PART) {
                    throw fault("CopyObject of " + object.info().size() + " bytes");
                }
                return write(key, object.received(), attributes, new WriteCondition.Always(), "");
            }
        });
    }

    @Override
    public CopiedPart copyPart(CopySource source, MultipartUpload upload, int number, long first, long length) {
        requireOpen(upload);
        return hooks.inFlight(
                0,
                () -> hooks.around(Operation.COPY_PART, () -> {
                    synchronized (this) {
                        Received part =
                                requireVersion(source.key(), source.etag()).cut(first, length);
                        OpenUpload open = uploads.get(upload.id());
                        if (open == null) {
                            orphanedParts++;
                            throw fault("part " + number + " of an upload that was aborted meanwhile");
                        }
                        open.parts().put(number, part);
                        return new CopiedPart(
                                number,
                                "\"" + part.piece().sum() + "\"",
                                length,
                                part.piece().crc32c().base64());
                    }
                }));
    }

    @Override
    public StoredVersion completeCopy(
            MultipartUpload upload, List<CopiedPart> parts, @Nullable String crc32c, WriteCondition condition) {
        return hooks.around(Operation.COMPLETE_COPY, () -> {
            synchronized (this) {
                OpenUpload open = requireOpen(upload);
                List<Integer> numbers = parts.stream().map(CopiedPart::number).toList();
                List<Received> received = parts.stream()
                        .map(part -> requirePart(open, part.number(), part.etag()))
                        .toList();
                return complete(open, numbers, received, crc32c, condition);
            }
        });
    }

    @Override
    public void abortUpload(MultipartUpload upload) {
        hooks.around(Operation.ABORT, () -> {
            synchronized (this) {
                finishDueParts();
                return Optional.ofNullable(uploads.remove(upload.id()));
            }
        });
    }

    @Override
    public boolean hasParts(MultipartUpload upload) {
        return hooks.around(Operation.PARTS, () -> {
            synchronized (this) {
                finishDueParts();
                OpenUpload open = uploads.get(upload.id());
                return open != null && !open.parts().isEmpty();
            }
        });
    }

    /** Its calls end by themselves. */
    @Override
    public void endCalls() {}

    private synchronized @Nullable Stored find(ObjectKey key) {
        return objects.get(key);
    }

    private Stored require(ObjectKey key) {
        Stored object = find(key);
        if (object == null) {
            throw new GatewayException(ErrorCode.OBJECT_NOT_FOUND, "The object does not exist.");
        }
        return object;
    }

    private Stored requireVersion(ObjectKey key, String etag) {
        Stored object = require(key);
        requireCondition(new WriteCondition.IfMatch(etag), object);
        return object;
    }

    private static void requireCondition(WriteCondition condition, @Nullable Stored current) {
        boolean holds = switch (condition) {
            case WriteCondition.Always _ -> true;
            case WriteCondition.IfAbsent _ -> current == null;
            case WriteCondition.IfMatch match ->
                current != null && current.info().etag().equals(match.etag());
        };
        if (!holds) {
            throw new GatewayException(ErrorCode.PRECONDITION_FAILED, "The condition does not hold.");
        }
    }

    private synchronized OpenUpload requireOpen(MultipartUpload upload) {
        OpenUpload open = uploads.get(upload.id());
        if (open == null || !open.upload().equals(upload)) {
            throw fault("no such upload: " + upload);
        }
        return open;
    }

    private static Received requirePart(OpenUpload open, UploadedPart part) {
        Received received = requirePart(open, part.number(), part.etag());
        if (!part.crc32c().equals(received.piece().crc32c())) {
            throw fault("no such part: " + part);
        }
        return received;
    }

    private static Received requirePart(OpenUpload open, int number, String etag) {
        Received received = open.parts().get(number);
        if (received == null || !etag.equals("\"" + received.piece().sum() + "\"")) {
            throw fault("no such part: " + number);
        }
        return received;
    }

    private synchronized StoredVersion write(
            ObjectKey key,
            List<Received> received,
            ObjectAttributes attributes,
            WriteCondition condition,
            String etagSuffix) {
        requireCondition(condition, objects.get(key));
        Stored stored = Stored.of(received, attributes, etagSuffix);
        objects.put(key, stored);
        return new StoredVersion(
                stored.info().etag(), null, hooks.reportedSum(stored.info().reportedCrc32c()));
    }

    private Received receive(Payload payload) {
        CRC32C crc = new CRC32C();
        ByteArrayOutputStream kept = keepsBytes ? new ByteArrayOutputStream((int) payload.length()) : null;
        long length = 0;
        byte[] buffer = new byte[BUFFER];
        try (InputStream stream = payload.newStream()) {
            for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
                crc.update(buffer, 0, count);
                length += count;
                if (kept != null) {
                    kept.write(buffer, 0, count);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a payload comes from memory", e);
        }
        Crc32c computed = Crc32c.of(crc);
        if (length != payload.length() || !computed.equals(payload.crc32c())) {
            throw fault("BadDigest: " + length + " bytes with CRC32C " + computed + ", announced were "
                    + payload.length() + " with " + payload.crc32c());
        }
        return new Received(new Piece(length, computed), kept == null ? null : kept.toByteArray());
    }

    private static GatewayException fault(String what) {
        return new GatewayException(ErrorCode.STORE_FAULT, what);
    }

    /**
     * Bytes that came in one call.
     *
     * @param length in bytes
     * @param crc32c of these bytes
     */
    public record Piece(long length, Crc32c crc32c) {
        private String sum() {
            return "%08x-%x".formatted(crc32c.value(), length);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // nobody compares or prints these
    private record Received(Piece piece, byte @Nullable [] bytes) {}

    private record OpenUpload(MultipartUpload upload, ObjectAttributes attributes, Map<Integer, Received> parts) {}

    private record LatePart(long due, OpenUpload of, int number, Received received) {}

    private record Stored(ObjectInfo info, List<Piece> pieces, List<Received> received) {

        static Stored of(List<Received> received, ObjectAttributes attributes, String etagSuffix) {
            List<Piece> pieces = received.stream().map(Received::piece).toList();
            long size = pieces.stream().mapToLong(Piece::length).sum();
            String etag = "\"%08x%s\"".formatted(pieces.hashCode(), etagSuffix);
            Map<String, String> sums = Map.of("crc32c", WholeCrc32c.base64(pieces));
            StoreResponse response = new StoreResponse("memory", 200, Map.of("accept-ranges", "bytes"), 0);
            return new Stored(
                    new ObjectInfo(size, etag, Instant.EPOCH, attributes, null, null, null, sums, response),
                    pieces,
                    received);
        }

        /** A part of the object; where no bytes are kept, it begins and ends where pieces do. */
        Received cut(long first, long length) {
            if (first < 0 || length < 1 || first + length > info.size()) {
                throw fault("a part of " + length + " bytes from " + first);
            }
            if (received.getFirst().bytes() != null) {
                byte[] bytes = Arrays.copyOfRange(bytes(), (int) first, (int) (first + length));
                CRC32C crc = new CRC32C();
                crc.update(bytes);
                return new Received(new Piece(length, Crc32c.of(crc)), bytes);
            }
            Crc32c sum = Crc32c.EMPTY;
            long summed = 0;
            long position = 0;
            for (Piece piece : pieces) {
                if (position >= first && position + piece.length() <= first + length) {
                    sum = sum.append(piece.crc32c(), piece.length());
                    summed += piece.length();
                }
                position += piece.length();
            }
            if (summed != length) {
                throw new UnsupportedOperationException("this store keeps no bytes to cut pieces");
            }
            return new Received(new Piece(length, sum), null);
        }

        byte[] bytes() {
            ByteArrayOutputStream all = new ByteArrayOutputStream((int) info.size());
            for (Received piece : received) {
                if (piece.bytes() == null) {
                    throw new UnsupportedOperationException("this store keeps no bytes");
                }
                all.writeBytes(piece.bytes());
            }
            return all.toByteArray();
        }
    }

    private record MemoryContent(ObjectInfo info, InputStream stream) implements ObjectContent {
        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
