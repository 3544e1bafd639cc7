package dev.banhmi.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchOptionsTest {

    @Test
    void listensOn8080AndKeepsBucketDemoBesideTheCallerByDefault() {
        assertThat(LaunchOptions.parse())
                .isEqualTo(
                        new LaunchOptions(8080, Path.of("data").toAbsolutePath(), List.of("demo"), List.of(), false));
    }

    @Test
    void readsBothFormsOfAnOption() {
        assertThat(LaunchOptions.parse("--port", "9000", "--data=/somewhere/else/../here", "--bucket", "a-b.c"))
                .isEqualTo(new LaunchOptions(9000, Path.of("/somewhere/here"), List.of("a-b.c"), List.of(), false));
    }

    @Test
    void servesTheBucketsInTheirOrderAndNotTheDefaultOne() {
        assertThat(LaunchOptions.parse("--bucket=photos", "--open-browser", "--bucket", "123"))
                .isEqualTo(new LaunchOptions(
                        8080, Path.of("data").toAbsolutePath(), List.of("photos", "123"), List.of(), true));
    }

    @Test
    void takesSeveralHostNames() {
        assertThat(LaunchOptions.parse("--host-name=laptop.local", "--host-name", "[fe80::1]", "--host-name=10.0.0.7")
                        .hostNames())
                .containsExactly("laptop.local", "[fe80::1]", "10.0.0.7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "*", "a:80", "a,b", "::1", "http://a", "a b"})
    void namesTheHostNameThatCannotBeUsed(String name) {
        assertProblem(
                "--host-name " + name + ": a name or an address without a port is required", "--host-name=" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "65536", "http", ""})
    void namesThePortThatCannotBeUsed(String port) {
        assertProblem("--port " + port + ": a number from 0 to 65535 is required", "--port=" + port);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ab                    | 3 to 63 lower-case letters
            Demo                  | 3 to 63 lower-case letters
            my_bucket             | 3 to 63 lower-case letters
            -demo                 | a letter or digit at both ends
            demo.                 | a letter or digit at both ends
            ../demo               | 3 to 63 lower-case letters
            a..b                  | two dots side by side
            192.168.5.4           | looks like an IP address
            xn--demo              | names that begin with xn--
            sthree-demo           | names that begin with sthree-
            amzn-s3-demo-bucket   | names that begin with amzn-s3-demo-
            demo-s3alias          | names that end with -s3alias
            demo--ol-s3           | names that end with --ol-s3
            demo.mrap             | names that end with .mrap
            demo--use1-az4--x-s3  | names that end with --x-s3
            demo--table-s3        | names that end with --table-s3
            """)
    void namesTheBucketThatS3WouldRefuse(String bucket, String reason) {
        assertThatThrownBy(() -> LaunchOptions.parse("--bucket", bucket))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining("--bucket " + bucket + ": ")
                .hasMessageContaining(reason);
    }

    @Test
    void allowsABucketNameOf63CharactersAndNoLongerOne() {
        String longest = "b".repeat(63);
        assertThat(LaunchOptions.parse("--bucket", longest).buckets()).containsExactly(longest);
        assertProblem("--bucket " + longest + "b: 3 to 63 lower-case letters", "--bucket", longest + "b");
    }

    @Test
    void refusesTheSameTwice() {
        assertProblem("--bucket demo: this bucket is given twice", "--bucket=demo", "--bucket=other", "--bucket=demo");
        assertProblem("--port 2: --port is given twice", "--port=1", "--port=2");
        assertProblem("--data b: --data is given twice", "--data=a", "--data=b");
    }

    @Test
    void saysWhatIsAllowedInsteadOfAnUnknownOption() {
        assertProblem("--prot=1: no such option", "--prot=1");
        assertProblem("[--port 8080] [--data ./data] [--bucket demo]... [--open-browser]", "--prot=1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port", "--data", "--bucket"})
    void missesTheValueOfAnOption(String option) {
        assertProblem(option + ": a value is missing", option);
        assertProblem(option + ": a value is missing", option, "--open-browser");
    }

    @Test
    void refusesAValueForTheFlag() {
        assertProblem("--open-browser=true: --open-browser takes no value", "--open-browser=true");
        assertProblem("true: no such option", "--open-browser", "true");
    }

    @Test
    void refusesADirectoryWithoutAName() {
        assertProblem("--data : the path of a directory is required", "--data=");
    }

    @Test
    void namesEverythingThatIsWrongAtOnce() {
        assertThatThrownBy(() -> LaunchOptions.parse("--port=x", "--bucket=Y", "-z"))
                .isInstanceOf(LaunchException.class)
                .hasMessageContainingAll("--port x: ", "--bucket Y: ", "-z: no such option");
    }

    @Test
    void findsTheWishForHelpAnywhere() {
        assertThat(LaunchOptions.askForHelp("--port=x", "--help")).isTrue();
        assertThat(LaunchOptions.askForHelp("--helped")).isFalse();
    }

    private static void assertProblem(String expected, String... args) {
        assertThatThrownBy(() -> LaunchOptions.parse(args))
                .isInstanceOf(LaunchException.class)
                .hasMessageContaining(expected);
    }
}
