package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.Emulator;
import dev.banhmi.testkit.GeneratedContent;
import dev.banhmi.testkit.StoreProcess;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * The other tests conclude from an empty response that nothing is left: here the response is shown not to be always
 * empty.
 */
class StoreProcessIT {

    @ParameterizedTest
    @EnumSource
    void showsObjectsAndOpenUploads(Emulator emulator) {
        try (StoreProcess store = emulator.start()) {
            var s3 = store.s3();
            s3.createBucket(request -> request.bucket("bucket"));
            assertThat(store.objects("bucket")).isEmpty();
            assertThat(store.openMultipartUploads("bucket")).isEmpty();

            GeneratedContent content = new GeneratedContent(1, 100);
            s3.putObject(request -> request.bucket("bucket").key("whole"), RequestBody.fromBytes(content.bytes()));
            String upload = s3.createMultipartUpload(
                            request -> request.bucket("bucket").key("half"))
                    .uploadId();
            s3.uploadPart(
                    request -> request.bucket("bucket")
                            .key("half")
                            .uploadId(upload)
                            .partNumber(1),
                    RequestBody.fromBytes(content.bytes()));

            assertThat(store.objects("bucket")).containsExactly("whole");
            assertThat(store.sha256("bucket", "whole")).isEqualTo(content.sha256());
            assertThat(store.openMultipartUploads("bucket")).containsExactly("half " + upload);

            s3.abortMultipartUpload(
                    request -> request.bucket("bucket").key("half").uploadId(upload));

            assertThat(store.openMultipartUploads("bucket")).isEmpty();
        }
    }
}
