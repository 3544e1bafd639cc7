package dev.banhmi.gateway.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banhmi.gateway.access.Requirement.Caller;
import dev.banhmi.gateway.access.Requirement.Nobody;
import dev.banhmi.gateway.access.Requirement.Right;
import dev.banhmi.gateway.access.Requirement.RightLater;
import dev.banhmi.gateway.error.ErrorCode;
import dev.banhmi.gateway.error.GatewayException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every kind of route with every method, against a table that was written by hand. */
class RulesTest {

    private static final Requirement NOBODY = new Nobody();
    private static final Requirement CALLER = new Caller();
    private static final Requirement LIST = new Right(Action.LIST, "b", null);
    private static final Requirement READ = new Right(Action.READ, "b", "n");
    private static final Requirement WRITE = new Right(Action.WRITE, "b", "n");
    private static final Requirement DELETE = new Right(Action.DELETE, "b", "n");
    private static final Requirement WRITE_LATER = new RightLater(Action.WRITE);
    private static final Requirement DELETE_LATER = new RightLater(Action.DELETE);

    /** In the order of the columns below. */
    private static final List<Method> METHODS = List.of(
            Method.GET,
            Method.HEAD,
            Method.POST,
            Method.PUT,
            Method.PATCH,
            Method.DELETE,
            Method.OPTIONS,
            Method.OTHER);

    /**
     * @param route one of its kind
     * @param needed for GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS and any other
     */
    private record Row(Route route, List<Requirement> needed) {

        private static Row of(Route route, Requirement... needed) {
            return new Row(route, List.of(needed));
        }
    }

    private static final List<Row> ROWS = List.of(
            Row.of(new Route.Probe("/livez"), NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
            Row.of(new Route.Health(), NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
            Row.of(new Route.Unowned(true), NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
            Row.of(new Route.Unowned(false), NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
            Row.of(new Route.BucketList(), CALLER, CALLER, CALLER, CALLER, CALLER, CALLER, CALLER, CALLER),
            Row.of(new Route.Listing("b"), LIST, LIST, CALLER, CALLER, CALLER, CALLER, CALLER, CALLER),
            Row.of(new Route.Deletion("b"), CALLER, CALLER, DELETE_LATER, CALLER, CALLER, CALLER, CALLER, CALLER),
            Row.of(
                    new Route.Named("b", new ObjectName("n")),
                    READ,
                    READ,
                    CALLER,
                    WRITE,
                    CALLER,
                    DELETE,
                    CALLER,
                    CALLER),
            Row.of(
                    new Route.Malformed(new GatewayException(ErrorCode.INVALID_REQUEST, "why")),
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER),
            Row.of(
                    new Route.LegacyNamed(LegacyVerb.DOWNLOAD, "b", "n"),
                    READ,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER),
            Row.of(
                    new Route.LegacyNamed(LegacyVerb.STATUS, "b", "n"),
                    READ,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER),
            Row.of(
                    new Route.LegacyNamed(LegacyVerb.DELETE, "b", "n"),
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    DELETE,
                    CALLER,
                    CALLER),
            Row.of(
                    new Route.LegacyIncomplete(LegacyVerb.DELETE, null),
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER,
                    CALLER),
            Row.of(new Route.LegacyUpload(), CALLER, CALLER, WRITE_LATER, CALLER, CALLER, CALLER, CALLER, CALLER));

    /** What metrics call each kind, with the methods that it has. */
    private static final Map<Class<?>, String> TEMPLATES = Map.ofEntries(
            Map.entry(Route.Probe.class, "/livez [GET, HEAD]"),
            Map.entry(Route.Health.class, "/status/healthcheck [GET]"),
            Map.entry(Route.BucketList.class, "/v1/objects [GET, HEAD]"),
            Map.entry(Route.Listing.class, "/v1/objects/{bucket} [GET, HEAD, POST]"),
            Map.entry(Route.Deletion.class, "/v1/objects/{bucket} [POST]"),
            Map.entry(Route.Named.class, "/v1/objects/{bucket}/{name} [GET, HEAD, PUT, DELETE]"),
            Map.entry(Route.Malformed.class, "/v1/** [GET]"),
            Map.entry(Route.LegacyNamed.class, "/file/delete [DELETE]"),
            Map.entry(Route.LegacyIncomplete.class, "/file/delete [DELETE]"),
            Map.entry(Route.LegacyUpload.class, "/file/upload [POST]"),
            Map.entry(Route.Unowned.class, "/** [GET]"));

    @Test
    void needsWhatTheTableSays() {
        for (Row row : ROWS) {
            for (Method method : Method.values()) {
                assertThat(Rules.of(row.route(), method))
                        .as("%s %s", method, row.route())
                        .isEqualTo(row.needed().get(METHODS.indexOf(method)));
            }
        }
    }

    @Test
    void theTableHasEveryKindOfRoute() {
        assertThat(METHODS).containsExactlyInAnyOrder(Method.values());
        assertThat(Arrays.asList(Route.class.getPermittedSubclasses()))
                .containsExactlyInAnyOrderElementsOf(ROWS.stream()
                        .<Class<?>>map(row -> row.route().getClass())
                        .distinct()
                        .toList())
                .containsExactlyInAnyOrderElementsOf(TEMPLATES.keySet());
    }

    @Test
    void aMethodThatARouteDoesNotHaveGivesNoRight() {
        for (Row row : ROWS) {
            for (Method method : Method.values()) {
                Requirement needed = Rules.of(row.route(), method);
                if (needed instanceof Right || needed instanceof RightLater) {
                    assertThat(row.route().methods()).as("%s", row.route()).contains(method);
                }
            }
        }
    }

    @Test
    void isCalledByItsTemplate() {
        Map<Class<?>, String> seen = new HashMap<>();
        ROWS.forEach(row -> seen.put(
                row.route().getClass(),
                row.route().template() + " " + row.route().methods()));

        assertThat(seen).containsExactlyInAnyOrderEntriesOf(TEMPLATES);
    }
}
