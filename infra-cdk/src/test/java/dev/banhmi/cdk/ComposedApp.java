package dev.banhmi.cdk;

import dev.banhmi.cdk.constructs.image.ImageTar;
import java.io.IOException;
import java.nio.file.Path;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

/** The app of an environment as shipped, not yet synthesized, for the tests of other packages. */
public final class ComposedApp {
    private ComposedApp() {}

    /**
     * Composes the stacks, with stand-ins for the image and the drain's jar.
     *
     * @param environment {@code dev} or {@code prod}
     * @param directory an empty one
     * @return the app; its assembly goes to {@code cdk.out} in the directory
     * @throws IOException if a file cannot be written
     */
    public static App of(String environment, Path directory) throws IOException {
        return BanhmiApp.compose(
                AppProps.builder()
                        .outdir(directory.resolve("cdk.out").toString())
                        .context(Synthesis.context(environment)),
                Path.of("config"),
                image(directory),
                StandInDrain.in(directory),
                Synthesis.TODAY);
    }

    /**
     * Composes the stack for an emulator, with a stand-in for the drain's jar.
     *
     * @param directory an empty one
     * @return the app; its assembly goes to {@code cdk.out} in the directory
     * @throws IOException if a file cannot be written
     */
    public static App local(Path directory) throws IOException {
        return LocalApp.compose(
                AppProps.builder().outdir(directory.resolve("cdk.out").toString()),
                Path.of("config"),
                StandInDrain.jar(directory));
    }

    /**
     * Writes a stand-in for the image.
     *
     * @param directory where it goes
     * @return an archive for {@code amd64}
     * @throws IOException if it cannot be written
     */
    public static Path image(Path directory) throws IOException {
        return ImageTar.write(directory, "linux", "amd64");
    }
}
