package dev.banhmi.gateway.access;

import dev.banhmi.gateway.access.Requirement.Caller;
import dev.banhmi.gateway.access.Requirement.Nobody;
import dev.banhmi.gateway.access.Requirement.Right;
import dev.banhmi.gateway.access.Requirement.RightLater;
import dev.banhmi.gateway.access.Route.BucketList;
import dev.banhmi.gateway.access.Route.Deletion;
import dev.banhmi.gateway.access.Route.Health;
import dev.banhmi.gateway.access.Route.LegacyIncomplete;
import dev.banhmi.gateway.access.Route.LegacyNamed;
import dev.banhmi.gateway.access.Route.LegacyUpload;
import dev.banhmi.gateway.access.Route.Listing;
import dev.banhmi.gateway.access.Route.Malformed;
import dev.banhmi.gateway.access.Route.Named;
import dev.banhmi.gateway.access.Route.Probe;
import dev.banhmi.gateway.access.Route.Unowned;

/** What each kind of request needs. */
public final class Rules {
    /*
     * No switch has a default: whoever adds a route or a method is asked here what it needs, by the compiler. A method
     * that a route does not have needs a caller, who is then told so.
     */

    private Rules() {}

    /**
     * What a request needs. One that names further objects, as a copy names its source, needs the right to each of
     * them in addition.
     *
     * @param route what its target means
     * @param method its method
     * @return decided by these two alone
     */
    public static Requirement of(Route route, Method method) {
        return switch (route) {
            case Probe _, Health _, Unowned _ -> new Nobody();
            case BucketList _, LegacyIncomplete _, Malformed _ -> new Caller();
            case Listing(String bucket) ->
                switch (method) {
                    case GET, HEAD -> new Right(Action.LIST, bucket, null);
                    case POST, PUT, PATCH, DELETE, OPTIONS, OTHER -> new Caller();
                };
            case Deletion _ ->
                switch (method) {
                    case POST -> new RightLater(Action.DELETE);
                    case GET, HEAD, PUT, PATCH, DELETE, OPTIONS, OTHER -> new Caller();
                };
            case Named(String bucket, ObjectName name) ->
                switch (method) {
                    case GET, HEAD -> new Right(Action.READ, bucket, name.value());
                    case PUT -> new Right(Action.WRITE, bucket, name.value());
                    case DELETE -> new Right(Action.DELETE, bucket, name.value());
                    case POST, PATCH, OPTIONS, OTHER -> new Caller();
                };
            case LegacyNamed(LegacyVerb verb, String bucket, String key) -> ofLegacy(verb, method, bucket, key);
            case LegacyUpload _ ->
                switch (method) {
                    case POST -> new RightLater(Action.WRITE);
                    case GET, HEAD, PUT, PATCH, DELETE, OPTIONS, OTHER -> new Caller();
                };
        };
    }

    private static Requirement ofLegacy(LegacyVerb verb, Method method, String bucket, String key) {
        if (method != verb.method()) {
            return new Caller();
        }
        return switch (verb) {
            case DOWNLOAD, STATUS -> new Right(Action.READ, bucket, key);
            case DELETE -> new Right(Action.DELETE, bucket, key);
        };
    }
}
