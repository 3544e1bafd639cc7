package dev.banhmi.gateway.transfer;

import dev.banhmi.gateway.store.ObjectAttributes;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.WriteCondition;
import java.util.OptionalLong;

/**
 * An object to be written.
 *
 * @param key where
 * @param length how many bytes the caller announced, if it did; more than that are not read
 * @param attributes kept with the object
 * @param condition the condition for the write to become visible
 */
public record NewObject(ObjectKey key, OptionalLong length, ObjectAttributes attributes, WriteCondition condition) {}
