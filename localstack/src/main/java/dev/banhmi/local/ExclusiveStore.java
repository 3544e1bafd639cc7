package dev.banhmi.local;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.SdkResponses;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import org.gaul.s3proxy.nio2blob.AbstractNio2BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedMultipartUpload;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Files as one request to s3proxy sees them, with what S3 has and they lack: an object is seen whole or not at all, of several
 * writers over the same version only one wins, a read is of one version, and a part that comes after its upload was aborted is
 * not kept. Only for a process that is alone with its files. Thread-safe.
 */
final class ExclusiveStore extends ForwardingBlobStore {
    /*
     * s3proxy 4.1.0 compares If-Match with what it sees, and writes later; 24 of 120 writes by eight writers were
     * acknowledged and lost (2026-11-29). And it reads an object's attributes and then opens its file by name, so that
     * a write between the two gives new bytes under the old version (https://github.com/gaul/s3proxy/issues/490).
     *
     * So an object is written as a draft, for as long as its bytes take to come. Only what makes it visible, or removes it,
     * happens under the object's lock, and so does the opening of a file. There the condition is checked once more. A put
     * brings it along; a completion and a deletion have been stripped of it by the time they arrive here, but s3proxy looks
     * at the object before it calls them, and only for the sake of a condition. So they succeed only on what this request
     * has last looked at.
     *
     * A key for which there is no file below the bucket's directory, because it ends with a slash or s3proxy refuses it, is
     * left to s3proxy, which reads no bytes then. ObjectFiles knows what s3proxy would do wrong or lose in silence.
     */

    /** What s3proxy keeps of an upload under its id, and removes before it looks for parts to abort. */
    private static final String RECORD = ".s3proxy-mpu-stub-";

    /** What s3proxy refuses in requests, or keeps for itself. */
    private static final List<String> RESERVED = List.of(".mpus-", ".s3proxy-slash", ".s3proxy-versions");

    private final Shared shared;
    private final @Nullable String key;

    /** The versions that this request has seen, by key; empty where it saw that there is none. */
    private final Map<String, Optional<String>> seen = new ConcurrentHashMap<>();

    /** Whether this request has listed the parts of an upload, and has not completed it yet. */
    private volatile boolean hasListedParts;

    /**
     * What all requests have in common.
     *
     * @param data the directory of the buckets
     * @param files what s3proxy makes of it
     * @param objects by their buckets and keys
     * @param completions by the buckets and ids of uploads; taken before those of objects
     */
    record Shared(Path data, BlobStore files, KeyLocks objects, KeyLocks completions) {

        static Shared of(Path data) {
            return new Shared(data, new FilesystemNio2BlobStore(data.toString()), new KeyLocks(), new KeyLocks());
        }
    }

    /**
     * For one request.
     *
     * @param shared by all requests
     * @param key of the object that the request names; null when it names none
     */
    ExclusiveStore(Shared shared, @Nullable String key) {
        super(shared.files());
        this.shared = shared;
        this.key = key;
    }

    @Override
    public HeadObjectResponse blobMetadata(HeadObjectRequest request) {
        return shared.objects().reading(request.bucket(), request.key(), () -> {
            try {
                requireOwnFile(request.bucket(), request.key());
                HeadObjectResponse head = delegate().blobMetadata(request);
                note(request, head.eTag());
                return head;
            } catch (NoSuchKeyException e) {
                note(request, null);
                throw e;
            }
        });
    }

    private void note(HeadObjectRequest request, @Nullable String version) {
        if (key == null || key.equals(request.key())) {
            seen.put(request.key(), Optional.ofNullable(version));
        }
    }

    @Override
    public ResponseInputStream<GetObjectResponse> getBlob(GetObjectRequest request) {
        return shared.objects().reading(request.bucket(), request.key(), () -> {
            requireOwnFile(request.bucket(), request.key());
            return delegate().getBlob(request);
        });
    }

    /** To s3proxy {@code x/} and {@code x} are one file, and {@code x/y} is a fault while there is an object {@code x}. */
    private void requireOwnFile(String bucket, String name) {
        if (ObjectFiles.isBelowAnObject(directory(bucket), name)) {
            throw S3Exceptions.noSuchKey(bucket, name, "the file is that of another object");
        }
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        String bucket = request.bucket();
        String name = request.key();
        Map<String, String> attributes = ObjectFiles.attributes(
                request.cacheControl(),
                request.contentDisposition(),
                request.contentEncoding(),
                request.contentLanguage(),
                request.contentType(),
                request.metadata());
        if (!isFile(bucket, name)) {
            return shared.objects().writing(bucket, name, () -> {
                requireRoom(bucket, name, request.contentLength(), attributes);
                requireMatch(bucket, name, request.ifMatch(), request.ifNoneMatch());
                return delegate().putBlob(request, payload);
            });
        }
        ObjectFiles.requireRoom(directory(bucket), name, false, request.contentLength());
        try (Draft draft = draft(bucket)) {
            ObjectFiles.requireRoomFor(attributes, draft.directory());
            PutObjectResponse response = delegate()
                    .putBlob(
                            request.toBuilder()
                                    .bucket(draft.container())
                                    .ifMatch(null)
                                    .ifNoneMatch(null)
                                    .build(),
                            payload);
            return shared.objects().writing(bucket, name, () -> {
                requireMatch(bucket, name, request.ifMatch(), request.ifNoneMatch());
                publish(draft, bucket, name);
                return response;
            });
        }
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        String bucket = request.destinationBucket();
        String name = request.destinationKey();
        requireOwnFile(request.sourceBucket(), request.sourceKey());
        Map<String, String> attributes = request.metadataDirective() == MetadataDirective.REPLACE
                ? ObjectFiles.attributes(
                        request.cacheControl(),
                        request.contentDisposition(),
                        request.contentEncoding(),
                        request.contentLanguage(),
                        request.contentType(),
                        request.metadata())
                : Map.of();
        if (!isFile(bucket, name)) {
            return shared.objects().writing(bucket, name, () -> {
                Long length = delegate()
                        .blobMetadata(request.sourceBucket(), request.sourceKey())
                        .contentLength();
                requireRoom(bucket, name, length, attributes);
                return delegate().copyBlob(request);
            });
        }
        ObjectFiles.requireRoom(directory(bucket), name, false, null);
        try (Draft draft = draft(bucket)) {
            ObjectFiles.requireRoomFor(attributes, draft.directory());
            CopyObjectResponse response = copied(request, draft);
            return shared.objects().writing(bucket, name, () -> {
                publish(draft, bucket, name);
                return response;
            });
        }
    }

    /** From a second name for the version that is there, which nobody replaces; where there can be none, nobody may. */
    private CopyObjectResponse copied(CopyObjectRequest request, Draft draft) {
        String bucket = request.sourceBucket();
        String name = request.sourceKey();
        CopyObjectRequest.Builder copy = request.toBuilder().destinationBucket(draft.container());
        try (Draft source = draft(request.destinationBucket())) {
            Path pinned = source.file(name);
            Files.createDirectories(Objects.requireNonNull(pinned.getParent()));
            Files.createLink(pinned, file(bucket, name));
            return delegate().copyBlob(copy.sourceBucket(source.container()).build());
        } catch (FileSystemException | UnsupportedOperationException e) {
            return shared.objects()
                    .reading(
                            bucket,
                            name,
                            () -> delegate().copyBlob(copy.sourceBucket(bucket).build()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public MultipartUpload initiateMultipartUpload(CreateMultipartUploadRequest request) {
        String bucket = request.bucket();
        ObjectFiles.requireRoom(directory(bucket), request.key(), true, null);
        try (Draft draft = draft(bucket)) {
            ObjectFiles.requireRoomFor(
                    ObjectFiles.attributes(
                            request.cacheControl(),
                            request.contentDisposition(),
                            request.contentEncoding(),
                            request.contentLanguage(),
                            request.contentType(),
                            request.metadata()),
                    draft.directory());
        }
        return delegate().initiateMultipartUpload(request);
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream payload) {
        UploadPartResponse response = delegate().uploadMultipartPart(upload, request, payload);
        try {
            requireRecord(upload);
        } catch (NoSuchUploadException e) {
            delegate().abortMultipartUpload(upload);
            throw e;
        }
        return response;
    }

    @Override
    public List<Part> listMultipartUpload(MultipartUpload upload) {
        hasListedParts = true;
        return delegate().listMultipartUpload(upload);
    }

    /**
     * s3proxy begins its 200 before a completion, unless the store has versions or the completion brings its condition along, and
     * then can only end in {@code InternalError} when the condition no longer holds. If-Match it takes away, after a look at the
     * object, and then asks this. So it is told to complete first and to respond afterwards, with 412 where that is due.
     */
    @Override
    public boolean supportsVersioning() {
        return hasListedParts && key != null && seen.containsKey(key);
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        hasListedParts = false;
        String bucket = request.bucket();
        String name = request.key();
        if (!isFile(bucket, name)) {
            return shared.objects().writing(bucket, name, () -> {
                requireComplete(request);
                return delegate().completeMultipartUpload(upload, request);
            });
        }
        return shared.completions().writing(bucket, upload.id(), () -> {
            requireRecord(upload);
            requireComplete(request);
            ObjectFiles.requireRoom(directory(bucket), name, true, null);
            try (Draft draft = draft(bucket)) {
                CompleteMultipartUploadResponse response = assembled(draft, upload, request);
                shared.objects().writing(bucket, name, () -> {
                    requireRecord(upload);
                    requireComplete(request);
                    publish(draft, bucket, name);
                    return response;
                });
                delegate().abortMultipartUpload(upload);
                return response;
            }
        });
    }

    /**
     * In the draft, which gets the parts under second names. They stay where they are until the object is visible: whoever repeats a
     * completion without parts is told by s3proxy that it has succeeded, if there is an object with the same bytes.
     */
    private CompleteMultipartUploadResponse assembled(
            Draft draft, MultipartUpload upload, CompleteMultipartUploadRequest request) {
        MultipartUpload inDraft = new MultipartUpload(
                upload.id(),
                upload.request().toBuilder().bucket(draft.container()).build(),
                upload.response());
        CompleteMultipartUploadRequest unconditional = request.toBuilder()
                .bucket(draft.container())
                .ifMatch(null)
                .ifNoneMatch(null)
                .build();
        CompletedMultipartUpload manifest = request.multipartUpload();
        for (CompletedPart part : manifest == null ? List.<CompletedPart>of() : manifest.parts()) {
            String name = AbstractNio2BlobStore.multipartPartName(upload.id(), upload.blobName(), part.partNumber());
            Path file = file(request.bucket(), name);
            // s3proxy says which part is missing.
            if (Files.exists(file)) {
                draft.add(name, file);
            }
        }
        return delegate().completeMultipartUpload(inDraft, unconditional);
    }

    /** s3proxy refuses, or resolves, the paths of prefixes that no object has. */
    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        String prefix = request.prefix() == null ? "" : request.prefix();
        if (!ObjectFiles.isPrefix(prefix)) {
            return SdkResponses.objectsPage(List.of(), List.of(), null);
        }
        return prefix.endsWith(".") ? listDots(request, prefix) : delegate().list(request);
    }

    /** s3proxy takes a dot at the end of a prefix for the directory itself; so all that is in there is looked at. */
    private ListObjectsV2Response listDots(ListObjectsV2Request request, String prefix) {
        String directory = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        ListObjectsV2Response all = delegate()
                .list(request.toBuilder()
                        .prefix(directory.isEmpty() ? null : directory)
                        .maxKeys(null)
                        .build());
        List<String> names = Stream.concat(
                        all.contents().stream().map(S3Object::key),
                        all.commonPrefixes().stream().map(CommonPrefix::prefix))
                .filter(name -> name.startsWith(prefix))
                .sorted()
                .toList();
        Integer most = request.maxKeys();
        boolean isLast = most == null || names.size() <= most;
        Set<String> page = Set.copyOf(isLast ? names : names.subList(0, most));
        return SdkResponses.objectsPage(
                all.contents().stream()
                        .filter(object -> page.contains(object.key()))
                        .toList(),
                all.commonPrefixes().stream()
                        .filter(common -> page.contains(common.prefix()))
                        .toList(),
                isLast || most == 0 ? null : names.get(most - 1));
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return shared.objects().writing(request.bucket(), request.key(), () -> {
            requireUnchanged(request.bucket(), request.key());
            return ObjectFiles.isBelowAnObject(directory(request.bucket()), request.key())
                    ? DeleteObjectResponse.builder().build()
                    : delegate().removeBlob(request);
        });
    }

    @Override
    public void deleteBucket(String bucket) {
        try {
            Draft.forget(shared.data(), bucket);
        } catch (DirectoryNotEmptyException e) {
            throw S3Exceptions.bucketNotEmpty(bucket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        delegate().deleteBucket(bucket);
    }

    private void requireRoom(String bucket, String name, @Nullable Long length, Map<String, String> attributes) {
        ObjectFiles.requireRoom(directory(bucket), name, false, length);
        try (Draft draft = draft(bucket)) {
            ObjectFiles.requireRoomFor(attributes, draft.directory());
        }
    }

    private Draft draft(String bucket) {
        delegate().headBucket(HeadBucketRequest.builder().bucket(bucket).build());
        return Draft.in(shared.data(), bucket);
    }

    private void publish(Draft draft, String bucket, String name) {
        try {
            Draft.move(draft.file(name), file(bucket, name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path directory(String bucket) {
        return shared.data().resolve(bucket).normalize();
    }

    private Path file(String bucket, String name) {
        return directory(bucket).resolve(name).normalize();
    }

    private boolean isFile(String bucket, String name) {
        Path directory = directory(bucket);
        Path file = file(bucket, name);
        return !name.endsWith("/")
                && !file.equals(directory)
                && file.startsWith(directory)
                && RESERVED.stream().noneMatch(directory.relativize(file).toString()::startsWith)
                && RESERVED.stream().noneMatch(name::startsWith);
    }

    private void requireRecord(MultipartUpload upload) {
        if (delegate().blobMetadataIfPresent(upload.containerName(), RECORD + upload.id()) == null) {
            throw NoSuchUploadException.builder()
                    .statusCode(404)
                    .awsErrorDetails(AwsErrorDetails.builder()
                            .errorCode("NoSuchUpload")
                            .errorMessage("The upload has been completed or aborted.")
                            .build())
                    .build();
        }
    }

    private void requireComplete(CompleteMultipartUploadRequest request) {
        requireUnchanged(request.bucket(), request.key());
        requireMatch(request.bucket(), request.key(), null, request.ifNoneMatch());
    }

    private void requireMatch(String bucket, String name, @Nullable String ifMatch, @Nullable String ifNoneMatch) {
        require(ifMatch == null || isNamed(bucket, name, ifMatch));
        require(ifNoneMatch == null || !isNamed(bucket, name, ifNoneMatch));
    }

    private boolean isNamed(String bucket, String name, String version) {
        Optional<String> current = current(bucket, name);
        return version.equals("*")
                ? current.isPresent()
                : current.map(ExclusiveStore::unquoted).equals(Optional.of(unquoted(version)));
    }

    private void requireUnchanged(String bucket, String name) {
        Optional<String> last = seen.get(name);
        require(last == null || last.equals(current(bucket, name)));
    }

    private Optional<String> current(String bucket, String name) {
        if (ObjectFiles.isBelowAnObject(directory(bucket), name)) {
            return Optional.empty();
        }
        return Optional.ofNullable(delegate().blobMetadataIfPresent(bucket, name))
                .map(HeadObjectResponse::eTag);
    }

    private static void require(boolean condition) {
        if (!condition) {
            throw S3Exceptions.preconditionFailed(null);
        }
    }

    private static String unquoted(String version) {
        return version.startsWith("\"") && version.endsWith("\"") && version.length() > 1
                ? version.substring(1, version.length() - 1)
                : version;
    }
}
