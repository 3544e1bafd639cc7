package dev.banhmi.cdk;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
    private static final JavaClasses INFRASTRUCTURE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.banhmi.cdk");

    /** The library's POM brings CDK and what comes with it; a class of another library would be missing in other apps. */
    @Test
    void constructsNeedNothingButCdkAndWhatComesWithIt() {
        classes()
                .that()
                .resideInAPackage("dev.banhmi.cdk.constructs..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "dev.banhmi.cdk.constructs..",
                        "software.amazon.awscdk..",
                        "software.amazon.jsii..",
                        "software.constructs..",
                        "com.fasterxml.jackson..",
                        "org.jspecify.annotations..",
                        "java..")
                .check(INFRASTRUCTURE);
    }

    @Test
    void constructsKnowNeitherStacksNorConfiguration() {
        noClasses()
                .that()
                .resideInAPackage("dev.banhmi.cdk.constructs..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.banhmi.cdk", "dev.banhmi.cdk.stacks..")
                .check(INFRASTRUCTURE);
    }

    /** What a platform engineer sees in the Javadoc is a construct, an option or an error, never a part of one. */
    @Test
    void publicConstructsAreFinal() {
        classes()
                .that()
                .resideInAPackage("dev.banhmi.cdk.constructs..")
                .and()
                .arePublic()
                .and()
                .areAssignableTo("software.constructs.Construct")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .allowEmptyShould(true)
                .check(INFRASTRUCTURE);
    }
}
