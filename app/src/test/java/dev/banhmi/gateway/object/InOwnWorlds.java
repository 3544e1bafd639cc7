package dev.banhmi.gateway.object;

import dev.banhmi.testkit.Emulator;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Gives a class of {@link OnBothStores} worlds that no other class has, which end with it. JUnit runs classes with parameters in one thread, whatever the default
 * for classes says: all that share worlds are one queue, and the longest of all. These are long, wait for much of their time, and run beside it,
 * early. Where a store decides nothing of what a class shows, {@code make verify} has one of them, and {@code make soak} the other.
 */
@Order(6)
@Execution(ExecutionMode.CONCURRENT)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface InOwnWorlds {

    /** Of which stores. */
    Emulator[] value() default {Emulator.S3PROXY, Emulator.S3MOCK};
}
