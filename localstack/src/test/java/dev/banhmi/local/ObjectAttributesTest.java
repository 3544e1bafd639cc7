package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.S3Exception;

class ObjectAttributesTest extends StoreContract {

    /** The file systems of Linux have room for 4 KB of attributes, or for 64. */
    @Test
    void keepsAllMetadataOrRefusesTheObject() throws Exception {
        Map<String, String> all = new TreeMap<>();
        boolean isRefused = false;
        for (int count = 20; count <= 4000 && !isRefused; count *= 2) {
            while (all.size() < count) {
                all.put("a" + all.size(), "v" + all.size());
            }
            try {
                put(request(KEY, 4).metadata(all), "kept");
                assertThat(store.blobMetadata(BUCKET, KEY).metadata()).isEqualTo(all);
            } catch (S3Exception e) {
                assertThat(e).satisfies(refused("MetadataTooLarge"));
                assertThatThrownBy(() -> store.initiateMultipartUpload(CreateMultipartUploadRequest.builder()
                                .bucket(BUCKET)
                                .key(KEY)
                                .metadata(all)
                                .build()))
                        .satisfies(refused("MetadataTooLarge"));
                assertThatThrownBy(() -> store.copyBlob(copy(KEY, KEY)
                                .metadataDirective(MetadataDirective.REPLACE)
                                .metadata(all)
                                .build()))
                        .satisfies(refused("MetadataTooLarge"));
                isRefused = true;
            }
        }
        String longest = "x".repeat(100_000);
        assertThatThrownBy(() -> put(request(KEY, 4).contentDisposition(longest), "lost"))
                .satisfies(refused("MetadataTooLarge"));
        assertThatThrownBy(() -> put(request(KEY, 4).metadata(Map.of("x".repeat(250), "v")), "lost"))
                .satisfies(refused("MetadataTooLarge"));
        assertThat(read(KEY)).isEqualTo("kept");
        assertNothingButObjects(KEY);
    }
}
