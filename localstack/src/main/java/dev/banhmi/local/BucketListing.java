package dev.banhmi.local;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.StorageClass;

/** One page of a bucket's listing, in the order of the names' code points. */
final class BucketListing {
    /*
     * Not s3proxy's: one directory that 4.1.0 may not read, or one link to itself, fails its listing whole, a FIFO holds it up for
     * ever, and a link to a directory above is walked to the longest path that there is. Its token is the last name as it is,
     * which no XML can have where the name has a control character or U+FFFE. It takes a dot at the end of a prefix for the
     * directory, refuses prefixes that are no paths, and sorts by UTF-16 (AbstractNio2BlobStore and S3ProxyHandler, checked
     * 2026-11-30).
     *
     * Of the names, no more are kept than a page has, and no directory is walked whose names are all before or behind it. A directory
     * is closed before one in it is opened: a key may have 512 of them, and a process has no more than 1,024 open files by default.
     */

    private final StoredObjects objects;
    private final ListedEntries listed;
    private final String bucket;
    private final String prefix;
    private final boolean isFolded;
    private final @Nullable String after;

    /** Entries of the page; null where all are. */
    private final @Nullable Integer most;

    /** The first entries that were found, and one more, which says that there are others. */
    private final NavigableMap<String, Found> found = new TreeMap<>(BucketListing::compare);

    /** Directories that can be read, and in which nothing can be looked at. */
    private final Set<Path> closed = new HashSet<>();

    /**
     * An entry.
     *
     * @param attributes of the object; null for a common prefix
     */
    private record Found(Path path, @Nullable BasicFileAttributes attributes) {}

    private BucketListing(StoredObjects objects, ListObjectsV2Request request) {
        this.objects = objects;
        this.listed = new ListedEntries(objects.unreadable());
        this.bucket = request.bucket();
        this.prefix = Objects.requireNonNullElse(request.prefix(), "");
        this.isFolded = "/".equals(request.delimiter());
        String token = request.continuationToken();
        this.after = token == null ? request.startAfter() : nameIn(token);
        this.most = request.maxKeys();
    }

    /**
     * Lists what is in a bucket. What the launcher has no permission for is left out, and the log says so.
     *
     * @throws S3Exception with status 404 when there is no such bucket, with 400 when the token is none, or for another delimiter than
     *     a slash
     * @throws IOException when the bucket's own directory cannot be read, or anything in it for another reason than a permission
     */
    static ListObjectsV2Response of(StoredObjects objects, ListObjectsV2Request request) throws IOException {
        objects.s3proxy()
                .headBucket(HeadBucketRequest.builder().bucket(request.bucket()).build());
        String delimiter = request.delimiter();
        if (delimiter != null && !delimiter.isEmpty() && !delimiter.equals("/")) {
            throw S3Exceptions.invalidArgument("The only delimiter here is a slash.");
        }
        return new BucketListing(objects, request).page();
    }

    private ListObjectsV2Response page() throws IOException {
        walkFromThePrefix();
        boolean isCut = isFull();
        if (isCut) {
            found.pollLastEntry();
        }
        List<S3Object> contents = new ArrayList<>();
        List<CommonPrefix> prefixes = new ArrayList<>();
        for (Map.Entry<String, Found> each : found.entrySet()) {
            String name = each.getKey();
            Found entry = each.getValue();
            if (entry.attributes() == null) {
                prefixes.add(SdkResponses.commonPrefix(name));
            } else {
                contents.add(object(name, entry.path(), entry.attributes()));
            }
        }
        return SdkResponses.objectsPage(contents, prefixes, isCut && !found.isEmpty() ? token(found.lastKey()) : null);
    }

    /** As with S3, whoever lists gets what cannot be read, too: only who reads it is refused. */
    private S3Object object(String name, Path path, BasicFileAttributes attributes) throws IOException {
        String version = ObjectFile.version(path);
        if (version == null && objects.adopt(objects.file(bucket, name))) {
            version = ObjectFile.version(path);
        }
        return SdkResponses.objectEntry(
                name,
                version,
                attributes.lastModifiedTime().toInstant(),
                attributes.isDirectory() ? 0 : attributes.size(),
                StorageClass.STANDARD);
    }

    /** Only if it is a path, and one that leads through directories only. */
    private void walkFromThePrefix() throws IOException {
        String whole = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        if (whole.isEmpty()) {
            walk(objects.file(bucket, "").directory(), "");
            return;
        }
        if (Arrays.stream(whole.substring(0, whole.length() - 1).split("/", -1))
                .anyMatch(segment -> segment.isEmpty()
                        || segment.equals(".")
                        || segment.equals("..")
                        || ListedEntries.isHidden(segment)
                        || ObjectFile.isTooLong(segment))) {
            return;
        }
        ObjectFile directory = objects.file(bucket, whole);
        try {
            if (directory.isBelowAFile()) {
                return;
            }
            if (look(directory.path(), whole.substring(0, whole.length() - 1), false)) {
                walkBelow(directory.path(), whole);
            }
        } catch (InvalidPathException e) {
            // No file can have the name.
        }
    }

    private void walk(Path directory, String name) throws IOException {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String entryName = name + entry.getFileName();
                if (entryName.startsWith(prefix)
                        && !ListedEntries.isHidden(entryName)
                        && listed.hasAName(directory, entry)
                        && look(entry, entryName, isFolded)) {
                    directories.add(entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        if (!closed.remove(directory)) {
            objects.unreadable().couldBeRead(directory);
        }
        // In the order of the page, which may be full before the last.
        directories.sort(Comparator.comparing(Path::toString, BucketListing::compare));
        for (Path each : directories) {
            String eachName = name + each.getFileName() + "/";
            if (isFolded) {
                fold(each, eachName);
            } else {
                walkBelow(each, eachName);
            }
        }
    }

    private void fold(Path directory, String name) throws IOException {
        if (hasRoomFor(name) && listed.holdsAnObject(directory)) {
            add(name, new Found(directory, null));
        }
    }

    private void walkBelow(Path directory, String name) throws IOException {
        if (!canBeOnThePage(name)) {
            return;
        }
        try {
            walk(directory, name);
        } catch (IOException e) {
            objects.unreadable().leaveOutUnlessGone(directory, e);
        }
    }

    /**
     * Adds an entry if it is one. What the launcher may not look at must not take the others with it.
     *
     * @return whether it is a directory that is to be walked, or folded
     */
    private boolean look(Path entry, String name, boolean isFoldedHere) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(entry, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (attributes.isRegularFile()) {
                add(name, new Found(entry, attributes));
            } else if (attributes.isDirectory() && isFoldedHere) {
                return true;
            } else if (attributes.isDirectory() && canBeOnThePage(name + "/")) {
                if (ObjectFile.version(entry) != null) {
                    add(name + "/", new Found(entry, attributes));
                }
                return true;
            }
        } catch (IOException e) {
            objects.unreadable().leaveOutUnlessGone(entry, e);
            Path parent = entry.getParent();
            if (parent != null && FilePermissions.isDenied(e)) {
                closed.add(parent);
            }
        }
        return false;
    }

    /** Whether a name that begins with this can. */
    private boolean canBeOnThePage(String beginning) {
        return (after == null || after.startsWith(beginning) || compare(beginning, after) > 0)
                && (!isFull() || compare(beginning, found.lastKey()) < 0);
    }

    private boolean hasRoomFor(String name) {
        return (after == null || compare(name, after) > 0) && (!isFull() || compare(name, found.lastKey()) < 0);
    }

    private void add(String name, Found entry) {
        if (after == null || compare(name, after) > 0) {
            found.put(name, entry);
            if (most != null && found.size() > most + 1L) {
                found.pollLastEntry();
            }
        }
    }

    private boolean isFull() {
        return most != null && found.size() > most;
    }

    /** As S3 does, and UTF-8: what UTF-16 writes as two characters is behind all others. */
    private static int compare(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                return Character.isSurrogate(a) == Character.isSurrogate(b)
                        ? Character.compare(a, b)
                        : Boolean.compare(Character.isSurrogate(a), Character.isSurrogate(b));
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** S3's are opaque, too; s3proxy writes them into XML as they are. */
    private static String token(String name) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    private static String nameIn(String token) {
        try {
            byte[] name = Base64.getUrlDecoder().decode(token);
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(name))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw S3Exceptions.invalidArgument("The continuation token is none of this store's.");
        }
    }
}
