package dev.banhmi.gateway.object;

import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import dev.banhmi.gateway.http.EntityTag;
import dev.banhmi.gateway.http.Preconditions;
import dev.banhmi.gateway.http.Preconditions.Failed;
import dev.banhmi.gateway.http.Preconditions.IfAbsent;
import dev.banhmi.gateway.http.Preconditions.IfVersion;
import dev.banhmi.gateway.http.Preconditions.Method;
import dev.banhmi.gateway.http.Preconditions.Unguarded;
import dev.banhmi.gateway.http.Preconditions.Version;
import dev.banhmi.gateway.store.ConditionalWrites;
import dev.banhmi.gateway.store.ObjectInfo;
import dev.banhmi.gateway.store.ObjectKey;
import dev.banhmi.gateway.store.ObjectStore;
import dev.banhmi.gateway.store.WriteCondition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** From the preconditions of a request that writes to the condition under which the store writes. Thread-safe. */
@Component
final class WriteConditions {

    private final ObjectStore store;
    private final ConditionalWrites conditionalWrites;

    WriteConditions(ObjectStore store, ConditionalWrites conditionalWrites) {
        this.store = store;
        this.conditionalWrites = conditionalWrites;
    }

    /**
     * Judges the object that is there now.
     *
     * @param current null when there is none
     * @return what the store checks again when it writes
     * @throws GatewayException {@code PRECONDITION_FAILED}, or {@code CONDITION_UNSUPPORTED} when the store would let two
     *     writers win, or a creator replace what is there
     */
    WriteCondition on(Preconditions conditions, Method method, ObjectKey key, @Nullable ObjectInfo current) {
        Version version = current == null ? null : ObjectHeaders.version(current);
        if (conditions.evaluate(method, version) instanceof Failed failed) {
            throw failed.exception();
        }
        return switch (conditions.guard(version)) {
            case Unguarded _ -> new WriteCondition.Always();
            case IfAbsent _ -> {
                // A deletion of what is not there asks the store for nothing.
                if (method != Method.DELETE) {
                    conditionalWrites.requireCreation(key.bucket());
                }
                yield new WriteCondition.IfAbsent();
            }
            case IfVersion(EntityTag etag) -> {
                if (method == Method.DELETE) {
                    conditionalWrites.requireExclusionOfDeletions(key.bucket());
                } else {
                    conditionalWrites.requireExclusion(key.bucket());
                }
                yield new WriteCondition.IfMatch(etag.header());
            }
        };
    }

    @Nullable
    ObjectInfo headOrNull(ObjectKey key) {
        try {
            return store.head(key);
        } catch (GatewayException e) {
            if (e.code() == ErrorCode.OBJECT_NOT_FOUND) {
                return null;
            }
            throw e;
        }
    }
}
