package dev.banhmi.gateway.store;

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
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An S3 store in memory for tests, as strict as S3 itself: conditions are decided in the moment of the write, a part's CRC32C,
 * number and size and the CRC32C of the whole are checked, an upload stays open until it is completed or aborted, and a part that arrives after the abort
 * is kept as an orphan. Like the AWS SDK it does nothing in a thread that is interrupted. Thread-safe.
 *
 * <p>{@link #hooks} makes any call fail or wait, and counts.
 */
public final class MemoryObjectStore implements ObjectStore {

    private static final long SMALLEST_PART = 5L << 20;
    private static final int MOST_PARTS = 10_000;
    private static final Comparator<String> IN_ORDER =
            Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);
    private static final Pattern SINGLE_RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final int BUFFER = 64 * 1024;

    private final String name = UUID.randomUUID().toString();
    private final boolean keepsBytes;
    private final StoreHooks hooks = new StoreHooks();
    private final Map<ObjectKey, Stored> objects = new HashMap<>();
    private final Map<String, OpenUpload> uploads = new TreeMap<>();
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
     * How many objects are visible.
     *
     * @return 0 or more
     */
    public synchronized int objectCount() {
        return objects.size();
    }

    /**
     * The uploads that are neither completed nor aborted.
     *
     * @return a copy, in the order in which they began
     */
    public synchronized List<MultipartUpload> openUploads() {
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
        return hooks.around(Operation.HEAD, () -> require(key).info());
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
    public URI presignRead(ObjectKey key, @Nullable String versionId, boolean withBytes) {
        return hooks.around(
                Operation.PRESIGN,
                () -> URI.create("memory:" + key.bucket() + "?signed-for=" + (withBytes ? "GET" : "HEAD")));
    }

    @Override
    public ObjectPage list(String bucket, String prefix, @Nullable String after, int limit) {
        if (limit < 1 || limit > 1000) {
            throw fault("max-keys " + limit);
        }
        return hooks.around(Operation.LIST, () -> {
            synchronized (this) {
                List<ListedObject> rest = objects.entrySet().stream()
                        .filter(entry -> entry.getKey().bucket().equals(bucket))
                        .map(entry -> listed(entry.getKey(), entry.getValue().info()))
                        .filter(object -> object.key().startsWith(prefix))
                        .filter(object -> after == null || IN_ORDER.compare(object.key(), after) > 0)
                        .sorted(Comparator.comparing(ListedObject::key, IN_ORDER))
                        .toList();
                return new ObjectPage(rest.subList(0, Math.min(limit, rest.size())), rest.size() > limit);
            }
        });
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
                requireCondition(condition, objects.get(key));
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
            boolean decided = hooks.decides(condition, () -> requireCondition(condition, find(key)));
            return write(key, List.of(received), attributes, decided ? new WriteCondition.Always() : condition, "");
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
        requireOpen(upload);
        if (number < 1 || number > MOST_PARTS) {
            throw fault("part number " + number);
        }
        return hooks.inFlight(
                payload.length(),
                () -> hooks.around(Operation.PART, () -> {
                    Received received = receive(payload);
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
                for (int i = 0; i < parts.size(); i++) {
                    boolean last = i == parts.size() - 1;
                    if (!last && parts.get(i).number() >= parts.get(i + 1).number()) {
                        throw fault("parts out of order: " + parts);
                    }
                    if (!last && parts.get(i).length() < SMALLEST_PART) {
                        throw fault("part below 5 MiB: " + parts.get(i));
                    }
                }
                if (parts.isEmpty()) {
                    throw fault("no parts");
                }
                String sum = WholeCrc32c.base64(
                        received.stream().map(Received::piece).toList());
                if (!crc32c.isReportedAs(sum)) {
                    throw fault("BadDigest: CRC32C " + sum + " of the whole, announced was " + crc32c);
                }
                StoredVersion version = write(upload.key(), received, open.attributes(), condition, "-" + parts.size());
                uploads.remove(upload.id());
                return version;
            }
        });
    }

    @Override
    public void abortUpload(MultipartUpload upload) {
        hooks.around(Operation.ABORT, () -> {
            synchronized (this) {
                return Optional.ofNullable(uploads.remove(upload.id()));
            }
        });
    }

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
        Received received = open.parts().get(part.number());
        if (received == null
                || !part.etag().equals("\"" + received.piece().sum() + "\"")
                || !part.crc32c().equals(received.piece().crc32c())) {
            throw fault("no such part: " + part);
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
