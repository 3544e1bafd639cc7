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
 * @param holder who gets the rights; of a resource's own policy, the resource
 * @param ofIdentity whether the holder gets the rights, rather than gives them
 */
record Statement(String stack, String holder, boolean ofIdentity, JsonNode body) {
    /** Where a type keeps the policy of the resource itself. */
    private static final Map<String, String> RESOURCE_POLICIES = Map.of(
            "AWS::S3::BucketPolicy", "PolicyDocument",
            "AWS::SQS::QueuePolicy", "PolicyDocument",
            "AWS::SNS::TopicPolicy", "PolicyDocument",
            "AWS::KMS::Key", "KeyPolicy",
            "AWS::ECR::Repository", "RepositoryPolicyText",
            "AWS::EC2::VPCEndpoint", "PolicyDocument",
            "AWS::SecretsManager::ResourcePolicy", "ResourcePolicy");

    /** The statements that say who may do what; not those by which a role says who may assume it. */
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
                    // Holds no policy that grants anything.
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

    /** The resources as a person reads them; a policy of a resource may name none. */
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

    /** One or many: IAM lets a list of one be written without the list. */
    private static Stream<JsonNode> elements(JsonNode node) {
        if (node.isMissingNode()) {
            return Stream.of();
        }
        return node.isArray() ? StreamSupport.stream(node.spliterator(), false) : Stream.of(node);
    }
}
