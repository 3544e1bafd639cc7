package dev.banhmi.cdk.review;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A statement of an IAM policy of the assembly.
 *
 * @param stack that has the policy
 * @param holder who gets the permissions; for a resource's own policy, the resource
 * @param ofIdentity whether the holder receives the permissions, rather than grants them
 */
record Statement(String stack, String holder, boolean ofIdentity, JsonNode body) {
    /** The property in which a type keeps the resource's own policy. */
    private static final Map<String, String> RESOURCE_POLICIES = Map.of(
            "AWS::S3::BucketPolicy", "PolicyDocument",
            "AWS::SQS::QueuePolicy", "PolicyDocument",
            "AWS::SNS::TopicPolicy", "PolicyDocument",
            "AWS::KMS::Key", "KeyPolicy",
            "AWS::ECR::Repository", "RepositoryPolicyText",
            "AWS::EC2::VPCEndpoint", "PolicyDocument",
            "AWS::SecretsManager::ResourcePolicy", "ResourcePolicy");

    /** The statements that grant permissions; not those that say who may assume a role. */
    static List<Statement> of(Assembly assembly) {
        List<Statement> statements = new ArrayList<>();
        assembly.resources().forEach(resource -> {
            String key = RESOURCE_POLICIES.get(resource.type());
            if (key != null) {
                add(statements, resource, resource.name(), false, resource.property(key));
            }
            switch (resource.type()) {
                case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group" ->
                    resource.property("Policies")
                            .forEach(policy ->
                                    add(statements, resource, resource.name(), true, policy.path("PolicyDocument")));
                case "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy" ->
                    holders(assembly, resource)
                            .forEach(holder ->
                                    add(statements, resource, holder, true, resource.property("PolicyDocument")));
                default -> {
                    // Has no policy that grants anything.
                }
            }
        });
        return statements;
    }

    boolean allows() {
        return body.path("Effect").asText().equals("Allow");
    }

    List<String> actions() {
        return body.has("NotAction")
                ? elements(body.path("NotAction"))
                        .map(action -> "* but " + action.asText())
                        .toList()
                : elements(body.path("Action")).map(JsonNode::asText).toList();
    }

    /** The resources in readable form; a resource's own policy may name none. */
    List<String> resources(Assembly assembly) {
        Wording wording = new Wording(assembly, stack);
        return body.has("NotResource")
                ? elements(body.path("NotResource"))
                        .map(resource -> "* but " + wording.of(resource))
                        .toList()
                : elements(body.path("Resource")).map(wording::of).toList();
    }

    /** The keys of the conditions, for example {@code ecs:cluster}. */
    List<String> conditions() {
        return StreamSupport.stream(body.path("Condition").spliterator(), false)
                .flatMap(keys -> keys.properties().stream().map(Map.Entry::getKey))
                .sorted()
                .distinct()
                .toList();
    }

    boolean everybody() {
        JsonNode principal = body.path("Principal");
        return Stream.concat(elements(principal), elements(principal.path("AWS")))
                .anyMatch(name -> name.asText().equals("*"));
    }

    private static void add(
            List<Statement> statements, Resource resource, String holder, boolean ofIdentity, JsonNode document) {
        elements(document.path("Statement"))
                .forEach(body -> statements.add(new Statement(resource.stack(), holder, ofIdentity, body)));
    }

    private static List<String> holders(Assembly assembly, Resource policy) {
        List<String> holders = new ArrayList<>();
        for (String kind : List.of("Roles", "Users", "Groups")) {
            policy.property(kind)
                    .forEach(holder -> holders.add(assembly.target(policy.stack(), holder)
                            .map(Resource::name)
                            .orElseGet(() -> new Wording(assembly, policy.stack()).of(holder))));
        }
        return holders.isEmpty() ? List.of(policy.name()) : holders;
    }

    /** One or many: IAM allows a list of one to be written without the list. */
    private static Stream<JsonNode> elements(JsonNode node) {
        if (node.isMissingNode()) {
            return Stream.of();
        }
        return node.isArray() ? StreamSupport.stream(node.spliterator(), false) : Stream.of(node);
    }
}
