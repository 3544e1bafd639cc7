package dev.banhmi.cdk.constructs.budget;

/**
 * A promise between a service and its fleet that does not hold.
 *
 * @param option the service's option that it shows in
 * @param value what that is
 * @param allowed what it may be
 * @param remedy what to write instead
 */
public record Unkept(String option, Object value, String allowed, String remedy) {}
