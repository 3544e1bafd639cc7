package dev.banhmi.cdk;

import dev.banhmi.cdk.config.DeploymentConfig;
import dev.banhmi.cdk.config.DeploymentConfig.Purpose;
import dev.banhmi.cdk.config.DeploymentException;
import dev.banhmi.cdk.stacks.LocalAwsStack;
import java.nio.file.Path;
import java.time.Clock;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** Writes the cloud assembly of {@code banhmi-local}, the stack for an emulator of AWS on a laptop. {@code bin/local-deploy} deploys it. */
public final class LocalApp {
    private static final String STACK = "banhmi-local";

    /** The environment whose drain is tested: the function is the same, but for the cluster and the groups that it knows. */
    private static final String ENVIRONMENT = "dev";

    private static final int EXIT_CONFIGURATION = 78;

    private LocalApp() {}

    /**
     * Synthesizes, in the working directory of the repository's root. The command line gives the output directory through its own
     * environment variable ({@code CDK_OUTDIR}). Wrong or missing input exits with code 78 and a message that lists it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Path root = Path.of("");
        try {
            compose(
                            AppProps.builder(),
                            root.resolve("infra-cdk/config"),
                            root.resolve("lambda-drain/target/banhmi-drain.jar"))
                    .synth();
        } catch (DeploymentException | IllegalArgumentException e) {
            // The constructs' own messages say what to do, too.
            System.err.println(e.getMessage());
            System.exit(EXIT_CONFIGURATION);
        }
    }

    static App compose(AppProps.Builder appProps, Path configDirectory, Path drainJar) {
        App app = FeatureFlags.app(appProps);
        DeploymentConfig config =
                DeploymentConfig.read(configDirectory, ENVIRONMENT, Purpose.EXAMPLE, Clock.systemUTC());
        new LocalAwsStack(app, STACK, config.budget(), drainJar);
        return app;
    }
}
