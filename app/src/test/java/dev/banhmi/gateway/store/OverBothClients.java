package dev.banhmi.gateway.store;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The tests of a class run twice: while the bytes of objects go over the SDK's client, and over the wire client. Their
 * parameter is {@code banhmi.s3.wire}.
 */
@ParameterizedClass(name = "banhmi.s3.wire={0}")
@ValueSource(booleans = {false, true})
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OverBothClients {}
