package dev.banhmi.gateway.store;

import dev.banhmi.gateway.store.wire.BlockingWire;
import dev.banhmi.gateway.store.wire.WireSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.stream.Stream;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.ssl.SSLContexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.ProxyConfiguration;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.utils.CompletableFutureUtils;

/** Builds the clients once; none of it opens a connection, so that the gateway starts while the store is away. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

    private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

    /** As {@link StoreHttpClient} keeps a connection that nobody uses. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(60);

    /** Of a connection of the wire client: the addresses behind a name change. */
    private static final Duration LONGEST_LIFE = Duration.ofMinutes(5);

    /** How much longer to wait after throttling than after another failure; the SDK's own ratio. */
    private static final int THROTTLED = 10;

    /** One that fires ends a connection, which can take a moment. */
    private static final int TIMER_THREADS = 2;

    /** Of the one store. */
    private final WireFallbacks fallbacks = new WireFallbacks(System::nanoTime);

    /** For the registry of metrics. */
    @Bean
    WireFallbacks wireFallbacks() {
        return fallbacks;
    }

    @Bean
    S3ObjectStore objectStore(S3Properties properties) {
        ScheduledExecutorService timers = timers();
        S3Client s3 = client(
                properties,
                timers,
                properties.maxAttempts(),
                properties.readTimeout(),
                properties.apiCallAttemptTimeout(),
                properties.apiCallTimeout());
        S3Client patientS3 = client(
                properties,
                timers,
                properties.maxAttempts(),
                properties.completeTimeout(),
                properties.completeTimeout(),
                properties.completeTimeout());
        // An endpoint means that it need not be S3 itself.
        return new S3ObjectStore(
                s3,
                bytes(properties, timers, s3),
                patientS3,
                timers,
                ReadPresigner.of(properties),
                properties.endpoint() != null);
    }

    /** Which client moves the bytes of objects. */
    private ByteCalls bytes(S3Properties properties, ScheduledExecutorService timers, S3Client s3) {
        SdkBytes sdk = new SdkBytes(s3, null);
        if (!properties.wire()) {
            return sdk;
        }
        Optional<String> proxy = proxy();
        if (proxy.isPresent()) {
            log.info("the bytes of objects go over the AWS SDK, because there is a proxy ({})", proxy.get());
            return sdk;
        }
        log.info("the bytes of objects go over the wire client");
        S3Client oneTry = client(
                properties,
                timers,
                1,
                properties.readTimeout(),
                properties.apiCallAttemptTimeout(),
                properties.apiCallTimeout());
        StoreClock clock = new StoreClock(InstantSource.system());
        BlockingWire wire = new BlockingWire(
                new WireSettings(
                        properties.maxConnections(),
                        properties.connectTimeout(),
                        properties.readTimeout(),
                        LONGEST_IDLE,
                        LONGEST_LIFE,
                        SSLContexts.createSystemDefault()),
                clock,
                System::nanoTime);
        WireTries tries = new WireTries(
                retries(properties, properties.maxAttempts()),
                properties.apiCallAttemptTimeout(),
                properties.apiCallTimeout(),
                System::nanoTime,
                fallbacks);
        boolean hidesCharsets = properties.endpoint() != null;
        return new WireCalls(
                wire, places(properties, s3), tries, clock, sdk, new SdkBytes(oneTry, null), hidesCharsets);
    }

    /** The host of the one that the process is told to go through, be it only to stores of one scheme. */
    private static Optional<String> proxy() {
        return Stream.of("http", "https")
                .map(scheme -> ProxyConfiguration.builder().scheme(scheme).build())
                .filter(proxy -> proxy.port() > 0)
                .flatMap(proxy -> Stream.ofNullable(proxy.host()))
                .findFirst();
    }

    /** Those of this client, with the credentials that the SDK has found for it. */
    private static WirePlaces places(S3Properties properties, S3Client s3) {
        return new WirePlaces(
                s3,
                properties.pathStyleAccess(),
                () -> CompletableFutureUtils.joinLikeSync(
                        s3.serviceClientConfiguration().credentialsProvider().resolveIdentity()));
    }

    @Bean
    ObjectCopies objectCopies(S3ObjectStore store) {
        return store.copies();
    }

    /**
     * Every call sets two timers of a minute and more, and cancels them when it is done. The SDK's own executor keeps
     * cancelled timers until they would fire: at a few thousand calls a second that is half a million of them.
     */
    private static ScheduledExecutorService timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(
                TIMER_THREADS,
                Thread.ofPlatform().daemon().name("store-timer-", 1).factory());
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    private static S3Client client(
            S3Properties properties,
            ScheduledExecutorService timers,
            int tries,
            Duration readTimeout,
            Duration attemptTimeout,
            Duration callTimeout) {
        S3ClientBuilder builder = S3Client.builder()
                .httpClientBuilder(new EndedTryHttpClient.Builder(new StoreHttpClient.Builder(
                        properties.maxConnections(),
                        properties.connectTimeout(),
                        readTimeout,
                        new NotedTlsStrategy(DefaultClientTlsStrategy.createSystemDefault()),
                        ProxyConfiguration.builder().build())))
                .forcePathStyle(properties.pathStyleAccess())
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(override -> override.addExecutionInterceptor(new WholeResponseInterceptor())
                        .addExecutionInterceptor(new BoundedResponseInterceptor())
                        .addExecutionInterceptor(new WithoutExpectInterceptor())
                        .scheduledExecutorService(timers)
                        .apiCallAttemptTimeout(attemptTimeout)
                        .apiCallTimeout(callTimeout)
                        .retryStrategy(retries(properties, tries)));
        if (properties.endpoint() != null) {
            builder.endpointOverride(properties.endpoint());
            builder.putAuthScheme(new UnsignedPayloadAuthScheme());
            builder.overrideConfiguration(builder.overrideConfiguration()
                    .copy(override -> override.addExecutionInterceptor(new UnknownCharsetInterceptor())));
        }
        if (properties.region() != null) {
            builder.region(Region.of(properties.region()));
        }
        if (properties.accessKeyId() != null && properties.secretAccessKey() != null) {
            builder.credentialsProvider(StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(properties.accessKeyId(), properties.secretAccessKey())));
        }
        return builder.build();
    }

    /**
     * The standard retries without their token bucket: it is shared by the whole client, so that one failing bucket
     * would use up the retries of all others. Each call is bounded by its attempts and its time instead.
     */
    private static StandardRetryStrategy retries(S3Properties properties, int tries) {
        BackoffStrategy pauses =
                BackoffStrategy.exponentialDelay(properties.retryBaseDelay(), properties.retryMaxDelay());
        return AwsRetryStrategy.standardRetryStrategy().toBuilder()
                .maxAttempts(tries)
                .retryOnException(StoreFailures::isWorthAnotherTry)
                .backoffStrategy(pauses)
                .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(
                        properties.retryBaseDelay().multipliedBy(THROTTLED), properties.retryMaxDelay()))
                .circuitBreakerEnabled(false)
                .build();
    }
}
