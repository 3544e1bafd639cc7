package dev.banhmi.gateway.object;

import dev.banhmi.testkit.Emulator;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.ResourceLocksProvider;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Runs a class once for each emulator, with the running {@link ObjectWorld} as its constructor's argument. Each world is
 * started when the first class needs it, shared by all classes but those that have {@link InOwnWorlds}, and closed after the last one.
 */
@Order(Integer.MAX_VALUE)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ResourceLock(providers = OnBothStores.Locks.class)
@ParameterizedClass(name = "{0}", autoCloseArguments = false)
@ArgumentsSource(OnBothStores.Worlds.class)
@interface OnBothStores {

    /** Of the classes that share worlds there is one at a time; of every class, one test at a time. */
    final class Locks implements ResourceLocksProvider {

        Locks() {}

        @Override
        public Set<Lock> provideForClass(Class<?> testClass) {
            return Set.of(new Lock(hasItsOwn(testClass) ? "worlds of " + testClass.getName() : "object worlds"));
        }

        private static boolean hasItsOwn(Class<?> testClass) {
            return AnnotationSupport.isAnnotated(testClass, InOwnWorlds.class);
        }
    }

    /** The worlds, shared or of one class. */
    final class Worlds implements ArgumentsProvider {

        private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(Worlds.class);

        Worlds() {}

        @Override
        public Stream<? extends Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            return AnnotationSupport.findAnnotation(context.getRequiredTestClass(), InOwnWorlds.class)
                    .map(own -> Arrays.stream(own.value()))
                    .orElseGet(() -> Arrays.stream(Emulator.values()))
                    .map(emulator -> Arguments.of(world(emulator, context)));
        }

        private static ObjectWorld world(Emulator emulator, ExtensionContext context) {
            boolean own = Locks.hasItsOwn(context.getRequiredTestClass());
            // A class would see the shared one under the same key.
            return (own ? context : context.getRoot())
                    .getStore(NAMESPACE)
                    .computeIfAbsent(List.of(own, emulator), _ -> ObjectWorld.start(emulator), ObjectWorld.class);
        }
    }
}
