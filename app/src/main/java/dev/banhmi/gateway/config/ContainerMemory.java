package dev.banhmi.gateway.config;

import dev.banhmi.gateway.transfer.TransferProperties;
import java.util.Optional;

/**
 * Whether the process has room to start in. Asked before anything else, by code that needs nothing but the JDK: what
 * Spring loads alone is more than a container of 128 MB has, and the kernel ends a process that exceeds its limit with
 * no word in its log.
 */
public final class ContainerMemory {

    private static final long MEBIBYTE = 1 << 20;

    private ContainerMemory() {}

    /**
     * Ends the process with code 78 and a message when the container allows less memory than the heap, the least for
     * transfers and the rest of the process take together.
     */
    public static void require() {
        shortage(TransferProperties.containerMemory(), Runtime.getRuntime().maxMemory())
                .ifPresent(shortage -> {
                    System.err.println(shortage);
                    System.exit(InvalidConfigurationException.EXIT_CODE);
                });
    }

    static Optional<String> shortage(long container, long heap) {
        long transfers = TransferProperties.MINIMUM_MEMORY.toBytes();
        long rest = TransferProperties.REST.toBytes();
        long required = heap + transfers + rest;
        if (container >= required) {
            return Optional.empty();
        }
        return Optional.of("""
                The container allows too little memory: %d MiB, and at least %d MiB are required:
                  - %d MiB for the heap, as the JVM has it from its options (JDK_JAVA_OPTIONS) and the container's limit
                  - %d MiB for transfers, the least they run with
                  - %d MiB for everything else
                Allow it 512 MiB or more, or set a smaller heap (-Xmx).\
                """.formatted(
                        container / MEBIBYTE,
                        Math.ceilDiv(required, MEBIBYTE),
                        heap / MEBIBYTE,
                        transfers / MEBIBYTE,
                        rest / MEBIBYTE));
    }
}
