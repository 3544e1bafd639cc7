package dev.banhmi.cdk;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.config.DeploymentException;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.limits.TemplateLimits;
import dev.banhmi.cdk.constructs.network.SecurityGroupCheck;
import dev.banhmi.cdk.stacks.FoundationStack;
import dev.banhmi.cdk.stacks.ServiceStack;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.cxapi.CloudAssembly;

/** Composes the stacks of one environment and writes the cloud assembly that {@code cdk} deploys. */
public final class BanhmiApp {
    private static final int EXIT_CONFIGURATION = 78;

    private BanhmiApp() {}

    /**
     * Synthesizes the environment that the context's {@code env} names, in the working directory of the repository's root; with
     * {@code example=true} for a review, also where its file leaves values open. The command line gives the context and the output
     * directory through its own environment variables ({@code CDK_CONTEXT_JSON}, {@code CDK_OUTDIR}). Wrong or missing input exits with
     * code 78 and a message that lists it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Path root = Path.of("");
        try {
            synthesize(compose(
                    AppProps.builder(),
                    root.resolve("infra-cdk/config"),
                    root.resolve("app/target/banhmi-gateway-image.tar"),
                    DrainStrategy::lifecycleHook,
                    Clock.systemUTC()));
        } catch (DeploymentException | IllegalArgumentException e) {
            // The constructs' own messages say what to do, too.
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
        }
    }

    static CloudAssembly synthesize(App app) {
        CloudAssembly assembly = app.synth();
        TemplateLimits.check(assembly);
        SecurityGroupCheck.check(assembly);
        return assembly;
    }

    /** Everything but writing the assembly, so that rules can inspect the constructs themselves. */
    static App compose(
            AppProps.Builder appProps,
            Path configDirectory,
            Path imageTar,
            Function<DrainBudget, DrainStrategy> drain,
            Clock clock) {
        App app = FeatureFlags.app(appProps);
        DeploymentConfig config =
                DeploymentConfig.read(configDirectory, text(app, "env"), purpose(text(app, "example")), clock);
        config.account().ifPresent(account -> keepFromLookingUpZones(app, account, config.region()));
        Environment.Builder where = Environment.builder().region(config.region());
        StackProps props = StackProps.builder()
                .env(config.account().map(where::account).orElse(where).build())
                .terminationProtection(config.isProtected())
                .tags(Map.of(ServiceStack.ENVIRONMENT_TAG, config.environment()))
                .build();
        String prefix = "banhmi-" + config.environment();
        FoundationStack foundation = new FoundationStack(app, prefix + "-foundation", props, config);
        new ServiceStack(
                app,
                prefix + "-service",
                props,
                config,
                image(config, foundation, imageTar),
                drain.apply(config.budget()),
                foundation,
                clock);
        return app;
    }

    private static String text(App app, String key) {
        Object value = app.getNode().tryGetContext(key);
        return value == null ? "" : value.toString();
    }

    private static Purpose purpose(String example) {
        return switch (example) {
            case "true" -> Purpose.EXAMPLE;
            case "", "false" -> Purpose.DEPLOYMENT;
            default ->
                throw new IllegalArgumentException(
                        "The context has example=" + example + ", expected -c example=true, or nothing");
        };
    }

    /**
     * CDK asks an account that it knows for its zones, and needs credentials for it. Our networks take the zones when they are deployed, so
     * the response is not used.
     */
    private static void keepFromLookingUpZones(App app, String account, String region) {
        app.getNode().setContext("availability-zones:account=" + account + ":region=" + region, List.of(region + "a"));
    }

    private static ServiceImage image(DeploymentConfig config, FoundationStack foundation, Path tar) {
        try {
            return config.imageDigest()
                    .flatMap(digest ->
                            foundation.images().map(repository -> ServiceImage.repository(repository, digest, tar)))
                    .orElseGet(() -> ServiceImage.asset(tar));
        } catch (IllegalArgumentException refused) {
            // The library knows nothing about the gateway, and so not how its image is built.
            throw new IllegalArgumentException(
                    refused.getMessage() + " The gateway's image is built by: mvn -pl app -am package", refused);
        }
    }
}
