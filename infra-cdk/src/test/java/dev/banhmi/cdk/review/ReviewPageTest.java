package dev.banhmi.cdk.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReviewPageTest {
    private static final String PAGE = ReviewPage.of(Templates.everything(), new WildcardReasons(List.of()), Map.of());

    @Test
    void countsResourcesByServiceAndType() {
        assertThat(PAGE).containsPattern("banhmi-x +Lambda +1 Alias, 2 Function, 1 Version\n");
    }

    @Test
    void namesOpenPortsWithTheirPeers() {
        assertThat(section("Open ports"))
                .containsPattern("BalancerGroup +in +tcp 443 +from 0.0.0.0/0 \\(Everybody\\)")
                .containsPattern("BalancerGroup +out +none")
                .containsPattern("FleetGroup +out +all +to anywhere \\(no rule: CloudFormation's default\\)")
                .containsPattern("FleetGroup +in +tcp 32768-65535 +from BalancerGroup")
                .containsPattern("Balancer +listens +https 443 +forwards, ELBSecurityPolicy-TLS13")
                .containsPattern("Balancer +listens +http 80 +only redirects to HTTPS 443")
                .containsPattern("Task +listens +tcp 8080 +container gateway, on a free port");
    }

    @Test
    void namesWhatTheInternetReaches() {
        assertThat(section("Public"))
                .contains("publicSubnet1, publicSubnet2, publicSubnet3 route to the internet gateway; 0 of 3")
                .contains("Balancer is internet-facing")
                .contains("BalancerGroup lets in tcp 443 from 0.0.0.0/0")
                .contains("AccessLogs lacks RestrictPublicBuckets")
                .contains("LettersPolicy lets everybody sqs:SendMessage under a condition on aws:SourceArn")
                .doesNotContain("Objects", "privateSubnet");
    }

    @Test
    void takesALoadBalancerWithoutASchemeForPublic() {
        Assembly assembly =
                Templates.assembly("{\"Entrance\": {\"Type\": \"AWS::ElasticLoadBalancingV2::LoadBalancer\"}}");
        assertThat(ReviewPage.of(assembly, new WildcardReasons(List.of()), Map.of()))
                .contains("Entrance is internet-facing");
    }

    @Test
    void countsWildcardsWithoutAReasonInTheTitle() {
        assertThat(PAGE).contains("IAM wildcards: 5 UNEXPLAINED\n");
    }

    @Test
    void printsTheReasonBesideItsWildcard() {
        WildcardReasons reasons = new WildcardReasons(List.of(
                new WildcardReasons.Entry("DrainRole", "*", Set.of("autoscaling:Describe*"), "Takes no resource.")));
        assertThat(ReviewPage.of(Templates.everything(), reasons, Map.of()))
                .contains("IAM wildcards: 4 UNEXPLAINED\n")
                .contains("autoscaling:Describe* on *. Why: Takes no resource.");
    }

    @Test
    void saysWhatADeploymentWouldReplace() {
        Assembly after = Templates.assembly(
                "{\"Vpc\": {\"Type\": \"AWS::EC2::VPC\", \"Properties\": {\"CidrBlock\": \"10.1.0.0/16\"}}}");
        String before =
                "{\"Resources\":{\"Vpc\": {\"Type\": \"AWS::EC2::VPC\", \"Properties\": {\"CidrBlock\": \"10.0.0.0/16\"}}}}";
        assertThat(ReviewPage.of(
                        after, new WildcardReasons(List.of()), Map.of("banhmi-x-service", Templates.json(before))))
                .contains("Compared with the committed snapshots: 1 REPLACED\n")
                .contains("AWS::EC2::VPC Vpc: CidrBlock: 10.0.0.0/16 -> 10.1.0.0/16");
    }

    @Test
    void fitsATerminal() {
        assertThat(PAGE.lines()).allMatch(line -> line.length() <= Table.WIDTH);
    }

    @Test
    void breaksLongCellsWithoutLosingAnything() {
        String name = "N".repeat(120);
        List<String> lines = new Table().row(name, "short", "w".repeat(150)).lines();
        assertThat(lines).allMatch(line -> line.length() <= Table.WIDTH);
        assertThat(String.join("", lines).replace(" ", "")).isEqualTo(name + "short" + "w".repeat(150));
    }

    @Test
    void saysWhoWritesTheAssemblyThatIsMissing(@TempDir Path directory) {
        assertThatThrownBy(() -> ReviewPage.of(directory, directory, directory.resolve("reasons.yaml")))
                .isInstanceOf(ReviewException.class)
                .hasMessageContaining("manifest.json cannot be read; `make synth` writes it");
    }

    private static String section(String title) {
        int start = PAGE.indexOf("\n" + title + "\n");
        int end = PAGE.indexOf("\n\n", start + 1);
        return PAGE.substring(start, end);
    }
}
