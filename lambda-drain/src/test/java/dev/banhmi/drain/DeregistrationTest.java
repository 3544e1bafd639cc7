package dev.banhmi.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banhmi.drain.ScriptedHttp.Response;
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
        cluster(answering(
                        400,
                        "{\"__type\":\"InvalidParameterException\",\"message\":\"Referenced container instance not found.\"}"))
                .deregister("arn:one");
        Cluster invalid = cluster(
                answering(400, "{\"__type\":\"InvalidParameterException\",\"message\":\"Identifier has a wrong length.\"}"));
        assertThatThrownBy(() -> invalid.deregister("arn:one")).isInstanceOf(PermanentFailure.class);
        Cluster empty = cluster(answering(200, "{}"));
        assertThatThrownBy(() -> empty.deregister("arn:one")).isInstanceOf(RetryableFailure.class);
    }
}
