package dev.banhmi.gateway.legacy;

import static dev.banhmi.gateway.legacy.World.BUCKET;
import static dev.banhmi.gateway.legacy.World.freshKey;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.Seeds;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A part many times larger than the heap. */
class LegacyMemoryIT extends LegacyContract {

    private static final long SIZE = 300_000_000;
    private static final long LOOK_EVERY = 30_000_000;

    LegacyMemoryIT(World world) {
        super(world);
    }

    @Test
    void movesOnePartOf300MegabytesThroughAHeapOf96Mebibytes() {
        String key = freshKey();
        long seed = Seeds.seed(LegacyMemoryIT.class);
        System.out.println("movesOnePartOf300Megabytes: seed " + seed);
        GeneratedContent content = new GeneratedContent(seed, SIZE);
        List<String> filesOnTheWay = new ArrayList<>();
        try (GatewayProcess gateway =
                        World.serving(world.store()).bothCompilers().heap("96m").start();
                LegacyClient small = new LegacyClient(gateway.uri())) {
            UploadBody truthful = UploadBody.of(BUCKET, key, content, List.of(SIZE));
            UploadBody watched = new UploadBody(
                    truthful.boundary(),
                    truthful.metadata(),
                    () -> new Watched(content.open(), () -> filesOnTheWay.addAll(gateway.leftovers())),
                    truthful.parts(),
                    true);

            LegacyClient.Response response = small.upload(watched);

            assertThat(response.status()).as("%s", response).isEqualTo(200);
            assertThat(filesOnTheWay).as("files during the upload").isEmpty();
            assertThat(world.store().openMultipartUploads(BUCKET)).isEmpty();
            assertThat(small.download(BUCKET, key).sha256()).isEqualTo(content.sha256());
            assertThat(gateway.leftovers()).isEmpty();
            assertThat(gateway.output()).doesNotContain("OutOfMemoryError");
            assertThat(small.delete(BUCKET, key).status()).isEqualTo(204);
        }
    }

    /** Looks around each time some more bytes are taken. */
    private static final class Watched extends FilterInputStream {

        private final Runnable look;
        private long untilNextLook = LOOK_EVERY;

        Watched(InputStream bytes, Runnable look) {
            super(bytes);
            this.look = look;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int count = super.read(target, offset, length);
            untilNextLook -= count;
            if (untilNextLook < 0) {
                untilNextLook = LOOK_EVERY;
                look.run();
            }
            return count;
        }
    }
}
