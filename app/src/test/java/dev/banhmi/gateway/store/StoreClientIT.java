package dev.banhmi.gateway.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.testkit.GatewayProcess;
import dev.banhmi.testkit.StoreProcess;
import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The start says which client moves the bytes of objects: the wire client knows no proxy. */
class StoreClientIT {

    @ParameterizedTest
    @CsvSource({
        "'', over the wire client",
        "http, 'over the AWS SDK, because there is a proxy (proxy.example)'",
        "https, 'over the AWS SDK, because there is a proxy (proxy.example)'"
    })
    void saysWhichClientMovesTheBytes(String proxied, String said) {
        GatewayProcess.Builder builder = GatewayProcess.builder()
                .store(URI.create("http://127.0.0.1:9"), new StoreProcess.Credentials("id", "secret"))
                .hashedBucket("demo")
                .set("banhmi.s3.wire", "true");
        if (!proxied.isEmpty()) {
            builder.jvmOption("-D" + proxied + ".proxyHost=proxy.example")
                    .jvmOption("-D" + proxied + ".proxyPort=3128");
        }
        try (GatewayProcess gateway = builder.start()) {
            assertThat(gateway.output()).contains("the bytes of objects go " + said);
        }
    }
}
