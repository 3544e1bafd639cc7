package dev.banhmi.cdk.constructs.observe;

import static dev.banhmi.cdk.constructs.Sandbox.resources;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.banhmi.cdk.References;
import dev.banhmi.cdk.constructs.ImageArchitecture;
import dev.banhmi.cdk.constructs.Sandbox;
import dev.banhmi.cdk.constructs.StackTemplate;
import dev.banhmi.cdk.constructs.TestVpc;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.DrainStrategy;
import dev.banhmi.cdk.constructs.drain.StandInDrainJar;
import dev.banhmi.cdk.constructs.fleet.Ec2Fleet;
import dev.banhmi.cdk.constructs.image.ServiceImage;
import dev.banhmi.cdk.constructs.limits.TemplateLimits;
import dev.banhmi.cdk.constructs.service.ZeroDowntimeService;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.NestedStack;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.sns.Topic;
import software.constructs.Construct;

/** Who hears of the drains of a fleet that carries several services, or services of other stacks. */
class SharedFleetTest {
    private final Sandbox sandbox = Sandbox.plain();
    private final DrainBudget budget =
            DrainBudget.Builder.create().tasks(2).instances(2).build();
    private final Ec2Fleet fleet = fleet(sandbox.stack());

    @Test
    void sixServicesNotifyOneTopicOnceEach() {
        Topic pager = new Topic(sandbox.stack(), "Pager");
        for (int i = 0; i < 6; i++) {
            observed(sandbox.stack(), "Service" + i, one -> one.notify(pager));
        }
        assertThat(ofTheDrain()).hasSizeGreaterThan(10).allSatisfy(alarm -> {
            assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1);
            assertThat(alarm.at("/Properties/OKActions")).hasSize(1);
        });
    }

    @Test
    void theFirstOfSixTopicsHearsOfTheDrainsWhereEachServiceHasItsOwn() {
        for (int i = 0; i < 6; i++) {
            observed(sandbox.stack(), "Service" + i, one -> one);
        }
        assertThat(ofTheDrain()).allSatisfy(alarm -> {
            assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1);
            assertThat(alarm.at("/Properties/AlarmActions/0/Ref").asText()).startsWith("WatchService0Topic");
        });
    }

    @Test
    void saysWhatToDoAboutASixthTopic() {
        for (int i = 0; i < 5; i++) {
            fleet.getDrain().orElseThrow().addAlarmTopic(new Topic(sandbox.stack(), "Topic" + i));
        }
        Topic sixth = new Topic(sandbox.stack(), "Sixth");
        assertThatThrownBy(() -> fleet.getDrain().orElseThrow().addAlarmTopic(sixth))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("alarmActions is 5 topics and sandbox/Sixth, allowed is 5 or fewer")
                .hasMessageContaining("notify one topic for several services");
    }

    @Test
    void aTopicOfAnotherStackThatNeedsTheFleetsIsLeftOutWithAWarning() {
        Stack another = another();
        observed(another, "Gateway", one -> one);
        sandbox.app().synth();
        assertUnheard(another);
    }

    @Test
    void soIsOneOfANestedStack() {
        NestedStack nested = new NestedStack(sandbox.stack(), "Nested");
        observed(nested, "Gateway", one -> one);
        assertThat(References.cycle(sandbox.template())).isEmpty();
        assertNobodyHears();
    }

    @Test
    void aTopicOfTheFleetsStackIsNotifiedFromAnother() {
        Topic pager = new Topic(sandbox.stack(), "Pager");
        Stack another = another();
        observed(another, "Gateway", one -> one.notify(pager));
        sandbox.app().synth();
        assertThat(ofTheDrain())
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1));
        Annotations.fromStack(another).hasNoWarning("*", Match.stringLikeRegexp("do not notify"));
    }

    @Test
    void topicsOfTwoStacksThatHaveOneNameAreTwo() {
        Topic pager = new Topic(stack("one"), "Pager");
        Topic another = new Topic(stack("two"), "Pager");
        for (Topic topic : List.of(pager, another, pager)) {
            fleet.getDrain().orElseThrow().addAlarmTopic(topic);
        }
        sandbox.app().synth();
        assertThat(ofTheDrain())
                .isNotEmpty()
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties/AlarmActions")).hasSize(2));
    }

    @Test
    void aTopicThatIsImportedTwiceIsOne() {
        String arn = "arn:aws:sns:eu-west-1:123456789012:pager";
        for (String id : List.of("Once", "Twice")) {
            fleet.getDrain().orElseThrow().addAlarmTopic(Topic.fromTopicArn(sandbox.stack(), id, arn));
        }
        assertThat(ofTheDrain())
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties/AlarmActions")).hasSize(1));
    }

    /** At the same time the successors of one would take the room that the rules count for the other's. */
    @Test
    void servicesOfOneStackAreDeployedOneAfterTheOther() {
        Topic pager = new Topic(sandbox.stack(), "Pager");
        for (String id : List.of("One", "Two", "Three")) {
            observed(sandbox.stack(), id, one -> one.notify(pager));
        }
        observed(another(), "Four", one -> one.notify(pager));
        sandbox.app().synth();
        JsonNode template = sandbox.template();
        assertThat(References.before(template, service(template, "Two")))
                .anyMatch(id -> id.startsWith("OneService"))
                .noneMatch(id -> id.startsWith("ThreeService"));
        assertThat(References.before(template, service(template, "Three")))
                .anyMatch(id -> id.startsWith("OneService"))
                .anyMatch(id -> id.startsWith("TwoService"));
        assertThat(References.cycle(template)).isEmpty();
    }

    /** The first calls the second, say, and was deployed behind it before the fleet had an order of its own. */
    @Test
    void aServiceThatNeedsALaterOneIsRefused() {
        Topic pager = new Topic(sandbox.stack(), "Pager");
        ZeroDowntimeService one = observed(sandbox.stack(), "One", service -> service.notify(pager));
        observed(sandbox.stack(), "Two", service -> service.notify(pager));
        ZeroDowntimeService three = observed(sandbox.stack(), "Three", service -> service.notify(pager));
        one.getService().getNode().addDependency(three);
        assertThatThrownBy(() -> sandbox.app().synth())
                .hasMessageContaining("sandbox/One/Service depends on sandbox/Three")
                .hasMessageContaining("Build sandbox/Three before sandbox/One");
    }

    @Test
    void aServiceMayNeedAnEarlierOne() {
        Topic pager = new Topic(sandbox.stack(), "Pager");
        ZeroDowntimeService one = observed(sandbox.stack(), "One", service -> service.notify(pager));
        ZeroDowntimeService two = observed(sandbox.stack(), "Two", service -> service.notify(pager));
        two.getService().getNode().addDependency(one.getService());
        assertThatCode(() -> TemplateLimits.check(sandbox.app().synth())).doesNotThrowAnyException();
    }

    /** The nested stack needs the topic, which is its parent's, and the parent's service what is in it: nothing needs the other first. */
    @Test
    void aTopicOfTheStackInWhichTheFleetIsNestedHearsOfTheDrains() {
        NestedStack nested = new NestedStack(sandbox.stack(), "Nested");
        Ec2Fleet inside = fleet(nested);
        observed(inside, sandbox.stack(), "Gateway", one -> one);
        CloudAssembly assembly = sandbox.app().synth();
        TemplateLimits.check(assembly);
        assertThat(StackTemplate.all(assembly))
                .filteredOn(template -> template.stack().contains("Nested"))
                .singleElement()
                .satisfies(template -> assertThat(resources(template.content(), "AWS::CloudWatch::Alarm"))
                        .filteredOn(alarm -> alarm.toString().contains("Banhmi/Drain")
                                && alarm.at("/Properties").has("AlarmActions"))
                        .hasSizeGreaterThan(5));
        Annotations.fromStack(sandbox.stack()).hasNoWarning("*", Match.stringLikeRegexp("do not notify"));
    }

    private static String service(JsonNode template, String id) {
        return template.path("Resources").properties().stream()
                .filter(resource -> resource.getValue().path("Type").asText().equals("AWS::ECS::Service"))
                .map(Map.Entry::getKey)
                .filter(name -> name.startsWith(id))
                .findFirst()
                .orElseThrow();
    }

    private void assertNobodyHears() {
        assertThat(ofTheDrain())
                .allSatisfy(alarm ->
                        assertThat(alarm.at("/Properties").has("AlarmActions")).isFalse());
    }

    private void assertUnheard(Stack ofTopic) {
        assertNobodyHears();
        Annotations.fromStack(ofTopic)
                .hasWarning("*", Match.stringLikeRegexp("The alarms of sandbox/Fleet/Drain.*addAlarmTopic"));
    }

    private Stack another() {
        return stack("another");
    }

    private Stack stack(String id) {
        return new Stack(
                sandbox.app(),
                id,
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }

    private List<JsonNode> ofTheDrain() {
        return resources(sandbox.template(), "AWS::CloudWatch::Alarm").stream()
                .filter(alarm -> alarm.toString().contains("Banhmi/Drain")
                        || alarm.toString().contains("FleetDrain"))
                .toList();
    }

    private ZeroDowntimeService observed(
            Construct scope, String id, UnaryOperator<ServiceObservability.Builder> options) {
        return observed(fleet, scope, id, options);
    }

    private ZeroDowntimeService observed(
            Ec2Fleet on, Construct scope, String id, UnaryOperator<ServiceObservability.Builder> options) {
        ZeroDowntimeService service = ZeroDowntimeService.Builder.create(scope, id)
                .fleet(on)
                .image(ServiceImage.repository(
                        Repository.fromRepositoryName(scope, "Image" + id, "gateway"),
                        "sha256:" + "0".repeat(64),
                        ImageArchitecture.AMD64))
                .budget(budget)
                .healthCheckPath("/healthz")
                .plainHttp("a test")
                .cpuUnits(256)
                .memoryLimitMiB(256)
                .minTasks(2)
                .maxTasks(2)
                .build();
        options.apply(ServiceObservability.Builder.create(scope, "Watch" + id)
                        .service(service)
                        .fleet(on))
                .build();
        return service;
    }

    private Ec2Fleet fleet(Stack stack) {
        return Ec2Fleet.Builder.create(stack, "Fleet")
                .vpc(TestVpc.in(stack))
                .architecture(ImageArchitecture.AMD64)
                .instanceTypes(new InstanceType("m7i.4xlarge"))
                .minInstances(4)
                .maxInstances(20)
                .drain(DrainStrategy.lifecycleHook(budget, StandInDrainJar.usual()))
                .build();
    }
}
