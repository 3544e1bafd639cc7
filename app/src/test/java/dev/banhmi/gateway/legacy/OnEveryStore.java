package dev.banhmi.gateway.legacy;

import dev.banhmi.testkit.Emulator;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * Runs a class once for each emulator, with the running {@link World} as its constructor's argument. Each world is started
 * when the first class needs it, shared by all classes, and closed after the last one.
 */
@Order(1)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ResourceLock("legacy worlds")
@ParameterizedClass(name = "{0}", autoCloseArguments = false)
@ArgumentsSource(OnEveryStore.Worlds.class)
@interface OnEveryStore {

    /** The shared worlds. */
    final class Worlds implements ArgumentsProvider {

        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Worlds.class);

        Worlds() {}

        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return Arrays.stream(Emulator.values()).map(emulator -> Arguments.of(world(emulator, context)));
        }

        private static World world(Emulator emulator, ExtensionContext context) {
            return context.getRoot().getStore(NAMESPACE).computeIfAbsent(emulator, World::start, World.class);
        }
    }
}
