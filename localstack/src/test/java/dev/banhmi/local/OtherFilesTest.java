package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.banhmi.testkit.Patience;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** What is neither a file nor a directory is no object, in nobody's way, and stays as it is. */
class OtherFilesTest extends StoreContract {

    private static final String OTHER = "d/other";

    @TempDir
    private Path outside;

    private Path place;

    /** What somebody may have put into a bucket's directory by hand. */
    enum Kind {
        LINK_TO_ITSELF("other"),
        LINK_TO_ITS_DIRECTORY("."),
        LINK_TO_THE_BUCKET(".."),
        LINK_TO_NOTHING("missing"),
        LINK_TO_AN_OBJECT("a"),
        LINK_TO_A_FILE_OUTSIDE("outside/file"),
        LINK_TO_A_DIRECTORY_OUTSIDE("outside"),
        FIFO(null),
        SOCKET(null);

        private final Optional<String> target;

        Kind(@Nullable String target) {
            this.target = Optional.ofNullable(target);
        }

        void create(Path place, Path outside) throws Exception {
            if (target.isPresent()) {
                String to = target.get();
                Files.createSymbolicLink(
                        place,
                        to.startsWith("outside") ? outside.resolve(to.equals("outside") ? "" : "file") : Path.of(to));
            } else if (this == FIFO) {
                assertThat(new ProcessBuilder("mkfifo", place.toString())
                                .start()
                                .waitFor())
                        .isZero();
            } else {
                // A socket's path has to be short.
                Path socket = Files.createTempDirectory("s").resolve("s");
                try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                    channel.bind(UnixDomainSocketAddress.of(socket));
                    Files.move(socket, place);
                }
                Files.delete(socket.getParent());
            }
        }
    }

    @BeforeEach
    void putNeighbours() throws IOException {
        put("a", "a");
        put("d/a", "da");
        put("d/z", "dz");
        put("z", "z");
        Files.writeString(outside.resolve("file"), "outside");
        place = data.resolve(BUCKET).resolve(OTHER);
    }

    @ParameterizedTest
    @EnumSource
    void isInNoListing(Kind kind) throws Exception {
        kind.create(place, outside);
        assertTimeoutPreemptively(Patience.HANGS, () -> {
            for (int limit : new int[] {1, 2, 1000}) {
                assertThat(listed("", limit)).containsExactly("a", "d/a", "d/z", "z");
                assertThat(listed("d/", limit)).containsExactly("d/a", "d/z");
                assertThat(listed(OTHER, limit)).isEmpty();
                assertThat(listed(OTHER + "/", limit)).isEmpty();
                assertThat(listed(OTHER + "/a/", limit)).isEmpty();
            }
            assertThat(store.list(ListObjectsV2Request.builder()
                                    .bucket(BUCKET)
                                    .prefix("d/")
                                    .delimiter("/")
                                    .build())
                            .commonPrefixes())
                    .extracting(CommonPrefix::prefix)
                    .isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void isNotThere(Kind kind) throws Exception {
        kind.create(place, outside);
        Object before = state();
        assertTimeoutPreemptively(Patience.HANGS, () -> {
            for (String key : List.of(OTHER, OTHER + "/", OTHER + "/a", OTHER + "/file", OTHER + "/d/a")) {
                assertThatThrownBy(() -> store.blobMetadata(BUCKET, key))
                        .as(key)
                        .isInstanceOf(NoSuchKeyException.class);
                assertThatThrownBy(() -> read(key)).as(key).isInstanceOf(NoSuchKeyException.class);
                assertThatThrownBy(() -> store.copyBlob(copy(key, "copy").build()))
                        .as(key)
                        .isInstanceOf(NoSuchKeyException.class);
                assertThatThrownBy(() -> put(request(key, 0).ifMatch("*"), ""))
                        .as(key)
                        .satisfies(thrown -> assertThat(thrown)
                                .satisfiesAnyOf(
                                        e -> failed(412).accept(e),
                                        e -> failed(400).accept(e)));
                requestFor(key).removeBlob(BUCKET, key);
            }
        });
        assertThat(state()).isEqualTo(before);
        assertThat(read("a")).isEqualTo("a");
        assertThat(outside).isDirectoryContaining(file -> file.endsWith("file"));
    }

    /** Whoever has put it there keeps it. */
    @ParameterizedTest
    @EnumSource
    void isNotReplaced(Kind kind) throws Exception {
        kind.create(place, outside);
        Object before = state();
        List<Runnable> writes = new ArrayList<>();
        for (String key : List.of(OTHER, OTHER + "/", OTHER + "/new", OTHER + "/new/", OTHER + "/d/new")) {
            writes.add(() -> put(key, ""));
            writes.add(() -> store.copyBlob(copy("a", key).build()));
            writes.add(() -> begin(key));
        }
        assertTimeoutPreemptively(Patience.HANGS, () -> {
            for (Runnable write : writes) {
                assertThatThrownBy(write::run).satisfies(failed(400));
            }
        });
        assertThat(state()).isEqualTo(before);
        assertThat(outside).isDirectoryNotContaining(file -> !file.endsWith("file"));
        assertThat(listed("", 1000)).containsExactly("a", "d/a", "d/z", "z");
    }

    private Object state() throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(place, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return List.of(attributes.fileKey(), attributes.lastModifiedTime(), attributes.isSymbolicLink());
    }
}
