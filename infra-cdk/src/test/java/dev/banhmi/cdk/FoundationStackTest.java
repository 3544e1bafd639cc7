package dev.banhmi.cdk;

import static dev.banhmi.cdk.Synthesis.only;
import static dev.banhmi.cdk.Synthesis.resources;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundationStackTest {
    private static JsonNode template;

    @BeforeAll
    static void synthesize(@TempDir Path directory) throws IOException {
        Path image = StandInImage.write(directory, "linux", "amd64");
        template = Synthesis.of("prod", image, directory.resolve("out")).foundation();
    }

    @Test
    void spreadsSubnetsOverThreeZonesThatCloudFormationNames() {
        assertThat(resources(template, "AWS::EC2::Subnet"))
                .hasSize(6)
                .extracting(subnet ->
                        subnet.path("Properties").path("AvailabilityZone").toString())
                .containsOnly(zone(0), zone(1), zone(2));
    }

    @Test
    void givesEveryZoneOfProductionItsOwnWayOut() {
        assertThat(resources(template, "AWS::EC2::NatGateway")).hasSize(3);
    }

    @Test
    void reachesS3WithoutTheNatGateways() {
        assertThat(only(template, "AWS::EC2::VPCEndpoint").path("RouteTableIds"))
                .hasSize(6);
    }

    @Test
    void keepsTheBucketPrivateEncryptedAndForGood() {
        JsonNode bucket = only(template, "AWS::S3::Bucket");
        assertThat(bucket.path("PublicAccessBlockConfiguration")).hasSize(4).allMatch(JsonNode::asBoolean);
        assertThat(bucket.path("BucketEncryption").toString()).contains("AES256");
        assertThat(bucket.path("OwnershipControls").toString()).contains("BucketOwnerEnforced");
        JsonNode resource = resources(template, "AWS::S3::Bucket").get(0);
        assertThat(resource.path("DeletionPolicy").asText()).isEqualTo("Retain");
        assertThat(resource.path("UpdateReplacePolicy").asText()).isEqualTo("Retain");
    }

    @Test
    void refusesPlainHttpToTheBucket() {
        JsonNode statement = only(template, "AWS::S3::BucketPolicy")
                .path("PolicyDocument")
                .path("Statement")
                .path(0);
        assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
        assertThat(statement.path("Action").asText()).isEqualTo("s3:*");
        assertThat(statement
                        .path("Condition")
                        .path("Bool")
                        .path("aws:SecureTransport")
                        .asText())
                .isEqualTo("false");
    }

    @Test
    void clearsUploadsThatNobodyFinished() {
        JsonNode rule = only(template, "AWS::S3::Bucket")
                .path("LifecycleConfiguration")
                .path("Rules")
                .path(0);
        assertThat(rule.path("Status").asText()).isEqualTo("Enabled");
        assertThat(rule.path("AbortIncompleteMultipartUpload")
                        .path("DaysAfterInitiation")
                        .asInt())
                .isEqualTo(7);
    }

    private static String zone(int index) {
        return "{\"Fn::Select\":[" + index + ",{\"Fn::GetAZs\":\"\"}]}";
    }
}
