package dev.banhmi.gateway.memory;

import static dev.banhmi.testkit.Patience.HANGS;
import static dev.banhmi.testkit.Patience.await;

import dev.banhmi.testkit.GatewayProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the operating system and the JVM say about the gateway's memory, in bytes. */
final class GatewayMemory {

    private static final Pattern IDLE_COMPILER =
            Pattern.compile("Current compiles:\\s+C1 compile queue:\\s+Empty\\s+C2 compile queue:\\s+Empty");

    private final GatewayProcess gateway;

    GatewayMemory(GatewayProcess gateway) {
        this.gateway = gateway;
    }

    /** The most that was resident since the last {@link #forgetPeak}. */
    long peak() {
        String status = read("status");
        return 1024 * number("VmHWM:\\s+(\\d+) kB", status);
    }

    void forgetPeak() {
        try {
            Files.writeString(Path.of("/proc", Long.toString(gateway.pid()), "clear_refs"), "5");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What lives on the heap after a full collection. */
    long live() {
        return number("(?m)^Total\\s+\\d+\\s+(\\d+)", jcmd("GC.class_histogram"));
    }

    /** Waits until nothing is to be compiled at two looks, one after the other. */
    void awaitIdleCompiler() {
        AtomicInteger idle = new AtomicInteger();
        await().until(() -> {
            boolean nothing = IDLE_COMPILER.matcher(jcmd("Compiler.queue")).find();
            return idle.updateAndGet(looks -> nothing ? looks + 1 : 0) == 2;
        });
    }

    private String read(String file) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(gateway.pid()), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String jcmd(String command) {
        try {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(gateway.pid()),
                            command)
                    .redirectErrorStream(true)
                    .start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (!process.waitFor(HANGS.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("jcmd " + command + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while jcmd ran", e);
        }
    }

    private static long number(String pattern, String text) {
        Matcher matcher = Pattern.compile(pattern).matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException(pattern + " is not in: " + text);
        }
        return Long.parseLong(matcher.group(1));
    }
}
