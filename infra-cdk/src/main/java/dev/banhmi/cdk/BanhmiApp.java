package dev.banhmi.cdk;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentException;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.stacks.FoundationStack;
import dev.banhmi.cdk.stacks.ServiceStack;
import java.nio.file.Path;
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
     * Synthesizes the environment that the context's {@code env} names, in the working directory of the repository's root. The
     * command line gives the context and the output directory through its own environment variables ({@code CDK_CONTEXT_JSON},
     * {@code CDK_OUTDIR}). Wrong or missing input exits with code 78 and a message that lists it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Path root = Path.of("");
        try {
            synthesize(
                    AppProps.builder(),
                    root.resolve("infra-cdk/config"),
                    root.resolve("app/target/banhmi-gateway-image.tar"),
                    DrainStrategy::lifecycleHook);
        } catch (DeploymentException | IllegalArgumentException e) {
            // The constructs' own messages say what to do, too.
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
        }
    }

    static CloudAssembly synthesize(
            AppProps.Builder appProps,
            Path configDirectory,
            Path imageTar,
            Function<DrainBudget, DrainStrategy> drain) {
        return compose(appProps, configDirectory, imageTar, drain).synth();
    }

    /** Everything but writing the assembly, so that rules can inspect the constructs themselves. */
    static App compose(
            AppProps.Builder appProps,
            Path configDirectory,
            Path imageTar,
            Function<DrainBudget, DrainStrategy> drain) {
        App app = FeatureFlags.app(appProps);
        Object environment = app.getNode().tryGetContext("env");
        DeploymentConfig config =
                DeploymentConfig.read(configDirectory, environment == null ? "" : environment.toString());
        StackProps props = StackProps.builder()
                // No account: it is decided at deployment, and nothing is looked up.
                .env(Environment.builder().region(config.region()).build())
                .terminationProtection(!config.isDisposable())
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
                foundation);
        return app;
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
