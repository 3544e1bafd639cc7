package dev.banhmi.cdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each rule holds, and each is seen to fail when a class of {@code dev.banhmi.cdk.planted} violates it. */
class ArchitectureTest {
    private static final String CONSTRUCTS = "dev.banhmi.cdk.constructs";
    private static final String PLANTED = "dev.banhmi.cdk.planted.constructs";

    /** Which room uses which; what is not here is forbidden, and what is here is used. */
    private static final SortedMap<String, SortedSet<String>> ARROWS = new TreeMap<>();

    static {
        arrows("budget");
        arrows("network");
        arrows("storage");
        arrows("image");
        arrows("limits");
        arrows("drain", "budget");
        arrows("fleet", "drain");
        arrows("service", "budget", "drain", "fleet", "image");
        arrows("observe", "drain", "fleet", "service");
    }

    /** What is not a test. */
    private static final JavaClasses INFRASTRUCTURE = new ClassFileImporter()
            .importUrl(BanhmiApp.class.getProtectionDomain().getCodeSource().getLocation());

    private static final JavaClasses VIOLATIONS = new ClassFileImporter().importPackages("dev.banhmi.cdk.planted");

    @Test
    void roomsUseEachOtherAsDrawn() {
        assertThat(arrowsBetweenRooms(INFRASTRUCTURE, CONSTRUCTS)).isEqualTo(ARROWS);
        assertThat(arrowsBetweenRooms(VIOLATIONS, PLANTED)).isNotEqualTo(ARROWS).containsEntry("budget", set("drain"));
    }

    @Test
    void roomsAndPackagesHaveNoCycles() {
        holdsAndFalls(
                slices().matching("dev.banhmi.cdk.constructs.(*)..").should().beFreeOfCycles(),
                slices().matching(PLANTED + ".(*)..").should().beFreeOfCycles());
        slices().matching("dev.banhmi.cdk.(*)..").should().beFreeOfCycles().check(INFRASTRUCTURE);
    }

    /** Whatever is directly in {@code constructs} is used by more than one of its packages. */
    @Test
    void onlyWhatCrossesRoomsStandsBetweenThem() {
        assertThat(servingOneRoomOnly(INFRASTRUCTURE, CONSTRUCTS)).isEmpty();
        assertThat(servingOneRoomOnly(VIOLATIONS, PLANTED)).containsExactly("BetweenRooms");
    }

    @Test
    void theBudgetIsArithmeticWithoutCdk() {
        holdsAndFalls(withoutCdk(CONSTRUCTS), withoutCdk(PLANTED));
    }

    /** The library's POM brings CDK and what comes with it; a class of another library would be missing in other apps. */
    @Test
    void constructsNeedNothingButCdkAndWhatComesWithIt() {
        holdsAndFalls(onlyCdk(CONSTRUCTS), onlyCdk(PLANTED));
    }

    @Test
    void constructsKnowNeitherStacksNorConfiguration() {
        holdsAndFalls(withoutStacks(CONSTRUCTS), withoutStacks(PLANTED));
    }

    /** What a platform engineer sees in the Javadoc is a construct, an option or an error, never a part of one. */
    @Test
    void publicConstructsAreFinal() {
        holdsAndFalls(publicAreFinal(CONSTRUCTS), publicAreFinal(PLANTED));
    }

    /**
     * The library runs any service. {@code BANHMI_…} stands in one place, as what the drain's own function reads; other gateways are those
     * of AWS.
     */
    @Test
    void constructsDoNotSpeakOfOurGateway() throws IOException {
        assertThat(wordsOfTheGateway(Path.of("src/main/java/dev/banhmi/cdk/constructs")))
                .isEmpty();
        assertThat(wordsOfTheGateway(Path.of("src/test/java/dev/banhmi/cdk/planted")))
                .contains("BANHMI_", "SERVER_", "gateway", "Gateway", "/status/");
    }

    private static ArchRule withoutCdk(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + ".budget..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("software..");
    }

    private static ArchRule onlyCdk(String root) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.banhmi.cdk..",
                        "software.amazon.awscdk..",
                        "software.amazon.jsii..",
                        "software.constructs..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.annotations..",
                        "java..");
    }

    private static ArchRule withoutStacks(String root) {
        return noClasses()
                .that()
                .resideInAPackage(root + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.banhmi.cdk",
                        "dev.banhmi.cdk.config..",
                        "dev.banhmi.cdk.stacks..",
                        "dev.banhmi.cdk.review..");
    }

    private static ArchRule publicAreFinal(String root) {
        return classes()
                .that()
                .resideInAPackage(root + "..")
                .and()
                .arePublic()
                .and()
                .areAssignableTo("software.constructs.Construct")
                .should()
                .haveModifier(JavaModifier.FINAL);
    }

    private static void holdsAndFalls(ArchRule rule, ArchRule sameOfPlanted) {
        rule.check(INFRASTRUCTURE);
        assertThat(sameOfPlanted.evaluate(VIOLATIONS).hasViolation())
                .as("planted")
                .isTrue();
    }

    private static SortedMap<String, SortedSet<String>> arrowsBetweenRooms(JavaClasses all, String root) {
        SortedMap<String, SortedSet<String>> arrows = new TreeMap<>();
        for (JavaClass one : all) {
            String from = room(one, root);
            if (from.isEmpty()) {
                continue;
            }
            SortedSet<String> uses = arrows.computeIfAbsent(from, key -> new TreeSet<>());
            for (Dependency dependency : one.getDirectDependenciesFromSelf()) {
                String to = room(dependency.getTargetClass(), root);
                if (!to.isEmpty() && !to.equals(from)) {
                    uses.add(to);
                }
            }
        }
        return arrows;
    }

    private static SortedSet<String> servingOneRoomOnly(JavaClasses all, String root) {
        SortedSet<String> found = new TreeSet<>();
        for (JavaClass one : all) {
            if (one.getPackageName().equals(root)
                    && one.isTopLevelClass()
                    && !one.getSimpleName().equals("package-info")) {
                SortedSet<String> rooms = new TreeSet<>();
                one.getDirectDependenciesToSelf().forEach(user -> rooms.add(room(user.getOriginClass(), root)));
                rooms.remove("");
                if (rooms.size() < 2) {
                    found.add(one.getSimpleName());
                }
            }
        }
        return found;
    }

    private static String room(JavaClass one, String root) {
        String name = one.getPackageName();
        return name.startsWith(root + ".") ? name.substring(root.length() + 1) : "";
    }

    private static SortedSet<String> wordsOfTheGateway(Path directory) throws IOException {
        Pattern words = Pattern.compile("BANHMI_|SERVER_|SPRING_|/status/|(?i:gateways?)");
        SortedSet<String> found = new TreeSet<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String source = Files.readString(file)
                        .replaceAll("(?i)nat.?gateways?|internet.?gateways?|gateway.?(vpc)?.?endpoints?\\w*", "");
                if (file.endsWith("drain/DrainFunction.java")) {
                    source = source.replace("BANHMI_", "");
                }
                if (file.endsWith("network/GroupMember.java")) {
                    // Names of AWS's types.
                    source = source.replaceAll("Gateways?", "");
                }
                Matcher matcher = words.matcher(source);
                while (matcher.find()) {
                    found.add(matcher.group());
                }
            }
        }
        return found;
    }

    private static void arrows(String room, String... uses) {
        ARROWS.put(room, set(uses));
    }

    private static SortedSet<String> set(String... names) {
        return new TreeSet<>(List.of(names));
    }
}
