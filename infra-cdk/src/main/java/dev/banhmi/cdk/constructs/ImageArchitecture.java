package dev.banhmi.cdk.constructs;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A processor architecture that an image can be built for and that EC2 offers instances of. Immutable. */
public enum ImageArchitecture {
    /** Intel and AMD, 64 bits. */
    AMD64,
    /** AWS Graviton. */
    ARM64;

    /*
     * Graviton is visible in the name of an instance type: a "g" directly after the generation, with a1 as the only exception
     * (https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html, checked 2026-11-21).
     */
    private static final Pattern GRAVITON = Pattern.compile("(a1|[a-z]+\\d+g[a-z-]*)\\..+");

    /**
     * The name that image configurations (OCI's {@code architecture}) and our deployment configuration use.
     *
     * @return {@code amd64} or {@code arm64}
     */
    public String imageName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Finds an architecture by the name that images use.
     *
     * @param imageName any text
     * @return the architecture of exactly that name, or nothing
     */
    public static Optional<ImageArchitecture> named(String imageName) {
        return Stream.of(values())
                .filter(architecture -> architecture.imageName().equals(imageName))
                .findFirst();
    }

    /**
     * Returns the architecture of an EC2 instance type. Every type that is not Graviton by its name counts as {@link #AMD64}.
     *
     * @param instanceType such as {@code m7g.large}
     * @return its architecture
     */
    public static ImageArchitecture ofInstanceType(String instanceType) {
        return GRAVITON.matcher(instanceType).matches() ? ARM64 : AMD64;
    }
}
