package dev.banhmi.gateway;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import dev.banhmi.gateway.server.FilterOrder;
import jakarta.servlet.Filter;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Controller;

/**
 * One wall between the gateway's packages.
 *
 * @param name what it keeps, as a sentence
 * @param rule that checks it
 * @param breach the class under {@code dev.banhmi.planted} that breaks it, by its name below that
 */
record Wall(String name, ArchRule rule, String breach) {

    /** A package and what it may know of the gateway's others; the root, which only starts, is not among them. */
    private static final List<List<String>> ARROWS = List.of(
            List.of("error"),
            List.of("http", "error"),
            List.of("digest", "error"),
            List.of("store", "digest", "error"),
            List.of("transfer", "observe", "store", "error"),
            List.of("object", "access", "observe", "server", "transfer", "store", "http", "digest", "error"),
            List.of("upload", "observe", "server", "transfer", "store", "http", "digest", "error"),
            List.of("legacy", "access", "observe", "server", "lifecycle", "transfer", "store", "error"),
            List.of("server", "access", "observe", "lifecycle", "config", "transfer", "http", "digest", "error"),
            List.of("lifecycle", "config", "transfer", "error"),
            List.of("config", "access", "transfer", "store", "error"),
            List.of("access", "http", "error"),
            List.of("observe", "error"));

    /**
     * All walls.
     *
     * @param root the package that they stand in: the gateway's, or that of the classes that break them
     */
    static List<Wall> in(String root) {
        List<Wall> walls = new ArrayList<>(List.of(
                new Wall(
                        "packages have no cycles",
                        slices().matching(root + ".(*)..").should().beFreeOfCycles(),
                        "store.Thing"),
                new Wall(
                        "the rooms of transfer have no cycles",
                        slices().matching(root + ".transfer.(*)..").should().beFreeOfCycles(),
                        "transfer.memory.Room"),
                new Wall(
                        "only transfer knows its rooms",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(root + ".transfer..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage(root + ".transfer.*.."),
                        "object.KnowsARoom"),
                new Wall(
                        "the rooms of transfer know the facade's values and nothing else of it",
                        noClasses()
                                .that()
                                .resideInAPackage(root + ".transfer.*..")
                                .should()
                                .dependOnClassesThat(resideInAPackage(root + ".transfer")
                                        .and(not(belongToAnyNamed("NewObject", "WrittenObject")))),
                        "transfer.upload.KnowsTheFacade"),
                new Wall(
                        "the root has only the class that starts",
                        classes()
                                .that()
                                .resideInAPackage(root)
                                .should()
                                .haveSimpleName("GatewayApplication")
                                .orShould()
                                .haveSimpleName("package-info"),
                        "AtTheRoot"),
                new Wall(
                        "only the store knows the AWS SDK",
                        noClasses()
                                .that()
                                .resideOutsideOfPackage(root + ".store..")
                                .should()
                                .dependOnClassesThat()
                                .resideInAPackage("software.amazon.awssdk.."),
                        "object.KnowsS3"),
                new Wall(
                        "the wire client knows nothing of the store, nor the AWS SDK",
                        noClasses()
                                .that()
                                .resideInAPackage(root + ".store.wire..")
                                .should()
                                .dependOnClassesThat(
                                        resideInAnyPackage(root + "..", "software.amazon.awssdk..", "org.apache.hc..")
                                                .and(not(resideInAPackage(root + ".store.wire.."))))
                                .allowEmptyShould(true),
                        "store.wire.KnowsTheStore"),
                new Wall(
                        // So that a loop can drive the same code that threads drive.
                        "what is not called Blocking neither does I/O nor waits",
                        noClasses()
                                .that()
                                .resideInAPackage(root + ".store.wire..")
                                .and()
                                .haveNameNotMatching(".*\\.wire\\.Blocking\\w*(\\$.*)?")
                                .should()
                                .dependOnClassesThat(resideInAnyPackage(
                                                "java.net..",
                                                "java.nio.channels..",
                                                "java.nio.file..",
                                                "java.util.concurrent.locks..")
                                        .or(assignableTo(InputStream.class))
                                        .or(assignableTo(OutputStream.class))
                                        .or(assignableTo(Thread.class))
                                        .or(assignableTo(Future.class))
                                        .or(assignableTo(SSLSocket.class)))
                                .allowEmptyShould(true),
                        "store.wire.HasASocket"),
                new Wall(
                        // What no limit of the JVM counts has to be counted by us.
                        "only the pool of chunks takes memory outside the heap",
                        noClasses()
                                .that()
                                .haveNameNotMatching(".*\\.transfer\\.memory\\.ChunkPool(\\$.*)?")
                                .should()
                                .dependOnClassesThat()
                                .areAssignableTo(Arena.class)
                                .orShould()
                                .callMethod(ByteBuffer.class, "allocateDirect", int.class),
                        "transfer.TakesMemory"),
                new Wall(
                        "controllers are not public",
                        classes()
                                .that()
                                .areMetaAnnotatedWith(Controller.class)
                                .should()
                                .notBePublic(),
                        "object.PublicController"),
                new Wall(
                        "filters are ordered in one place",
                        noClasses()
                                .that()
                                .areAssignableTo(Filter.class)
                                .should()
                                .beAnnotatedWith(Order.class),
                        "object.OrderedFilter"),
                new Wall(
                        "every filter has its place there",
                        classes()
                                .that()
                                .areAssignableTo(Filter.class)
                                .and()
                                .areAnnotatedWith(Component.class)
                                .should()
                                .dependOnClassesThat(belongToAnyOf(FilterOrder.class)),
                        "object.OrderedFilter"),
                new Wall("nothing is injected into fields", NO_CLASSES_SHOULD_USE_FIELD_INJECTION, "object.Injected")));
        ARROWS.forEach(arrow -> walls.add(arrow(root, arrow)));
        return walls;
    }

    private static Wall arrow(String root, List<String> known) {
        String from = known.getFirst();
        String[] packages = known.stream().map(name -> root + "." + name + "..").toArray(String[]::new);
        return new Wall(
                from + " knows only " + known.subList(1, known.size()),
                noClasses()
                        .that()
                        .resideInAPackage(root + "." + from + "..")
                        .should()
                        .dependOnClassesThat(resideInAPackage(root + "..").and(not(resideInAnyPackage(packages))))
                        // Some are not there yet.
                        .allowEmptyShould(true),
                from + ".KnowsTooMuch");
    }

    private static DescribedPredicate<JavaClass> belongToAnyNamed(String... names) {
        return DescribedPredicate.describe(
                "are any of " + Arrays.toString(names),
                type -> Stream.of(names).anyMatch(name -> type.getSimpleName().equals(name)));
    }

    @Override
    public String toString() {
        return name;
    }
}
