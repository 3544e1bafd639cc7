package dev.banhmi.cdk.constructs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
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

/**
 * Something that CloudFormation has no resource for, done by a function whose whole code stands in the template, where a reviewer reads it. The
 * function may write its own log and what its statements say, nothing else.
 *
 * @param type of the resource, {@code Custom::…}
 * @param description what the function does
 * @param source the function {@code handle(event, context)} in JavaScript, which throws what CloudFormation is to report and may return the
 *     resource's id: where an update returns another one, CloudFormation deletes the resource of the former. It may await
 *     {@code until(context, attempt)}, which tries again, whatever is thrown, while there is time to report it
 * @param limit how long it may take, at least a minute
 * @param statements what it may do
 * @param properties what it is told
 */
public record InlineResource(
        String type,
        String description,
        String source,
        Duration limit,
        List<PolicyStatement> statements,
        Map<String, Object> properties) {
    /*
     * CDK's own helpers for this (AwsCustomResource, and the function behind restrictDefaultSecurityGroup) bring an asset that nobody reads and
     * a role with AWSLambdaBasicExecutionRole, which may write any log (https://github.com/aws/aws-cdk/issues/31628, checked 2026-11-30).
     *
     * Each function is called again by Lambda, up to twice, where CloudFormation did not take its response: what it does may be done again.
     */

    /** The construct id of the function below its scope. */
    public static final String FUNCTION = "Function";

    private static final String RESPONSE = "inline-resource.js";

    /** Copies what it is given. */
    public InlineResource {
        statements = List.copyOf(statements);
        // In one order, so that the template stays as it is.
        properties = Collections.unmodifiableMap(new TreeMap<>(properties));
    }

    /**
     * Reads a source that lies beside a class.
     *
     * @param beside the class
     * @param name of the file
     * @return its text
     */
    public static String source(Class<?> beside, String name) {
        try (InputStream source = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return new String(source.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The function's code in this library cannot be read", e);
        }
    }

    /**
     * Builds the function with its role and its log, and the resource that calls it.
     *
     * @param scope the construct that they are children of, which has nothing else of their names
     * @return the resource
     */
    public CustomResource build(Construct scope) {
        LogGroup log = LogGroup.Builder.create(scope, "Log")
                .retention(RetentionDays.ONE_WEEK)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        Function function = Function.Builder.create(scope, FUNCTION)
                .description(description)
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .code(Code.fromInline("\"use strict\";\nconst https = require(\"https\");\n" + source
                        + source(InlineResource.class, RESPONSE)))
                .timeout(limit)
                .logGroup(log)
                .role(role(scope, log).withoutPolicyUpdates())
                .build();
        return CustomResource.Builder.create(scope, "Resource")
                .resourceType(type)
                .serviceToken(function.getFunctionArn())
                // Without a response CloudFormation would wait for an hour.
                .serviceTimeout(limit.plus(Duration.minutes(1)))
                .properties(properties)
                .build();
    }

    private Role role(Construct scope, LogGroup log) {
        PolicyStatement writeTheLog = PolicyStatement.Builder.create()
                .sid("WriteTheLog")
                .actions(List.of("logs:CreateLogStream", "logs:PutLogEvents"))
                .resources(List.of(log.getLogGroupArn()))
                .build();
        PolicyDocument document = PolicyDocument.Builder.create()
                // Explicit, because a feature flag decides otherwise.
                .minimize(false)
                .statements(Stream.concat(statements.stream(), Stream.of(writeTheLog))
                        .toList())
                .build();
        return Role.Builder.create(scope, "Role")
                .description("Of the function that " + Character.toLowerCase(description.charAt(0))
                        + description.substring(1))
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .inlinePolicies(new TreeMap<>(Map.of("make", document)))
                .build();
    }
}
