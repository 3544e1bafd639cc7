package dev.banhmi.cdk.constructs.fleet;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** A resource of a stack that a function of ours makes and deletes. Its code stands in the template, where a reviewer reads it. */
final class CustomResourceFunction {
    private static final String RESPONSE = "respond.js";

    private CustomResourceFunction() {}

    /**
     * Builds resource, function, role and log group as children of a construct that has nothing else of these names.
     *
     * @param source a file beside this class; it calls {@code respond} at its end
     * @param limit of an invocation
     * @param statements what the function may do besides writing its log
     */
    static CustomResource build(
            Construct scope,
            String source,
            String description,
            Duration limit,
            List<PolicyStatement> statements,
            String type,
            Map<String, String> properties) {
        LogGroup log = LogGroup.Builder.create(scope, "Log")
                .retention(RetentionDays.ONE_WEEK)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        List<PolicyStatement> all = new ArrayList<>(statements);
        all.add(PolicyStatement.Builder.create()
                .sid("WriteTheLog")
                .actions(List.of("logs:CreateLogStream", "logs:PutLogEvents"))
                .resources(List.of(log.getLogGroupArn()))
                .build());
        Role role = Role.Builder.create(scope, "Role")
                .description("Of the function that " + Character.toLowerCase(description.charAt(0))
                        + description.substring(1))
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .inlinePolicies(new TreeMap<>(Map.of(
                        "make",
                        PolicyDocument.Builder.create()
                                // Explicit, because a feature flag decides otherwise.
                                .minimize(false)
                                .statements(all)
                                .build())))
                .build();
        Function function = Function.Builder.create(scope, "Function")
                .description(description)
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .code(Code.fromInline(read(source) + read(RESPONSE)))
                .timeout(limit)
                .logGroup(log)
                .role(role.withoutPolicyUpdates())
                .build();
        return CustomResource.Builder.create(scope, "Resource")
                .resourceType(type)
                .serviceToken(function.getFunctionArn())
                // Without a response CloudFormation would wait for an hour.
                .serviceTimeout(limit.plus(Duration.minutes(1)))
                .properties(properties)
                .build();
    }

    private static String read(String file) {
        try (InputStream source =
                Objects.requireNonNull(CustomResourceFunction.class.getResourceAsStream(file), file)) {
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The function's code in this library cannot be read", e);
        }
    }
}
