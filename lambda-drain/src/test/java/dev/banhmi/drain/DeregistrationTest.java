package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.drain.DrainStep.CompleteReason;
import dev.banhmi.drain.DrainStep.Release;
import dev.banhmi.drain.ScriptedHttp.Response;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DeregistrationTest {

    private static Cluster cluster(ScriptedHttp http) {
        return new EcsCluster(http.clients().ecs(), ScriptedHttp.calls(), new ClusterName("c"));
    }

    private static ScriptedHttp answering(int status, String body) {
        return new ScriptedHttp(request -> new Response(status, body));
    }

    @Test
    void takesOutAnInstanceWhateverTasksItIsBelievedToHave() {
        ScriptedHttp http = answering(200, "{\"containerInstance\":{\"containerInstanceArn\":\"arn:one\"}}");
        cluster(http).deregister("arn:one");
        assertThat(http.bodies()).singleElement().asString().contains("\"arn:one\"", "\"force\":true");
    }

    @Test
    void takesOneThatIsOutAlreadyForDoneAndNothingElse() {
        cluster(
                        answering(
                                400,
                                "{\"__type\":\"InvalidParameterException\",\"message\":\"Referenced container instance not found.\"}"))
                .deregister("arn:one");
        Cluster invalid = cluster(answering(
                400, "{\"__type\":\"InvalidParameterException\",\"message\":\"Identifier has a wrong length.\"}"));
        assertThatThrownBy(() -> invalid.deregister("arn:one")).isInstanceOf(PermanentFailure.class);
        Cluster empty = cluster(answering(200, "{}"));
        assertThatThrownBy(() -> empty.deregister("arn:one")).isInstanceOf(RetryableFailure.class);
    }

    /** It still waits then, and the next sweep tries both again. */
    @Test
    void releasesNoInstanceThatIsNotOut() {
        World world = new World(new SplittableRandom(1), World.hookOf(Duration.ofMinutes(30)), false, true, List.of());
        Cluster refusing = new SimClusterView(world) {
            @Override
            public void deregister(String containerInstance) {
                throw new RetryableFailure("Throttled.");
            }
        };
        Release release = new Release(World.LEAVING_ARN, world.hook, LifecycleResult.CONTINUE, CompleteReason.DEADLINE);
        DrainActions actions = new DrainActions(refusing, world, world.clock());

        assertThatThrownBy(() -> actions.perform(World.LEAVING, release)).isInstanceOf(RetryableFailure.class);
        assertThat(world.completed).isZero();
    }
}
