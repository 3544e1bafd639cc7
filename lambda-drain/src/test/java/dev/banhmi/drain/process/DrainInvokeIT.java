package dev.banhmi.drain.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.testkit.MovedClock;
import dev.banhmi.testkit.aws.AutoScalingFake;
import dev.banhmi.testkit.aws.EcsFront;
import dev.banhmi.testkit.aws.Events;
import dev.banhmi.testkit.aws.Fault;
import dev.banhmi.testkit.aws.LambdaProcess;
import dev.banhmi.testkit.aws.Script;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** The packaged jar, invoked the usual way: with the SDK's client. */
class DrainInvokeIT {

    private static final String INSTANCE = "i-0first";
    private static final String GROUP = "gateways";

    private final Script script = new Script();
    private AutoScalingFake autoScaling;
    private LambdaProcess process;
    private LambdaClient client;

    @BeforeEach
    void start() {
        autoScaling = new AutoScalingFake(script, new MovedClock());
        autoScaling.add(new AutoScalingFake.Group(GROUP, Duration.ofHours(1), "CONTINUE", false, false), INSTANCE);
        process = LambdaProcess.start(autoScaling.uri(), autoScaling.uri(), Map.of("BANHMI_CLUSTER", "c"));
        client = LambdaClient.builder()
                .endpointOverride(URI.create("http://" + process.api().authority()))
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    @AfterEach
    void stop() {
        client.close();
        process.close();
        autoScaling.close();
    }

    private InvokeResponse invoke(String event) {
        return client.invoke(
                request -> request.functionName(LambdaProcess.NAME).payload(SdkBytes.fromUtf8String(event)));
    }

    @Test
    void respondsAfterEvaluatingTheInstanceOfTheEvent() {
        InvokeResponse response = invoke(Events.notice(INSTANCE, GROUP));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isNull();
        assertThat(response.executedVersion()).isEqualTo("$LATEST");
        assertThat(script.calls("autoscaling:DescribeAutoScalingInstances"))
                .singleElement()
                .satisfies(call -> assertThat(call.body()).contains(INSTANCE));
    }

    @Test
    void saysWhatTheHandlerFailedWith() {
        script.fail("autoscaling:DescribeAutoScalingInstances", Fault.ACCESS_DENIED);

        InvokeResponse response = invoke(Events.notice(INSTANCE, GROUP));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        JsonNode payload = JsonNode.parser().parse(response.payload().asUtf8String());
        assertThat(EcsFront.text(payload, "errorType")).endsWith("Failure");
        assertThat(EcsFront.text(payload, "errorMessage")).contains("DescribeAutoScalingInstances");
    }

    @Test
    void knowsNoOtherFunctionAndNoVersion() {
        assertThatThrownBy(() -> client.invoke(request -> request.functionName("another")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining("function:another");
        assertThatThrownBy(() -> client.invoke(
                        request -> request.functionName(LambdaProcess.NAME).qualifier("live")))
                .isInstanceOf(ResourceNotFoundException.class)
                .hasMessageContaining(LambdaProcess.NAME + ":live");
    }

    @Test
    void takesAnEventWithoutWaitingAndHandlesItBeforeTheNext() {
        InvokeResponse accepted = client.invoke(request -> request.functionName(LambdaProcess.NAME)
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(Events.notice(INSTANCE, GROUP))));

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(invoke("{\"detail-type\":\"Something else\",\"detail\":{}}").statusCode())
                .isEqualTo(200);
        assertThat(script.calls("autoscaling:DescribeAutoScalingInstances")).hasSize(1);
    }
}
