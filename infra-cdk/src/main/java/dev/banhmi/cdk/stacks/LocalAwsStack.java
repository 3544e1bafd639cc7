package dev.banhmi.cdk.stacks;

import dev.banhmi.cdk.constructs.ResourceArn;
import dev.banhmi.cdk.constructs.budget.DrainBudget;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import dev.banhmi.cdk.constructs.service.ServiceRoles;
import dev.banhmi.cdk.constructs.storage.ObjectBucket;
import java.nio.file.Path;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicies;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.ICluster;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * The parts of production that an emulator of AWS on a laptop can run: the gateway's bucket and role, the queue of its events with a dead
 * letter queue, and the drain Lambda. Nothing of it remains when the stack is removed, if the bucket is empty by then.
 */
public final class LocalAwsStack extends Stack {
    /*
     * The emulators decide what is left out: LocalStack 4.14 has neither ECS nor Auto Scaling and fails on their types, moto_server
     * silently skips the types that it does not know. So the drain is its function alone, for a cluster and a group that have names and
     * nothing behind them. The bucket is not emptied when it is removed, because CDK's function for that runs during the deployment, and
     * neither emulator runs functions without Docker.
     *
     * The queues have names of their own: localstack/init creates others for the gateway of the compose file, and a stack that adopted
     * those would remove them, too.
     */

    private static final String NAME = "banhmi-local";
    private static final int TRIES = 3;

    /**
     * Builds the stack, for whatever account and region it is deployed to.
     *
     * @param scope the app
     * @param id the stack's name
     * @param budget of the environment whose drain is tested
     * @param drainJar the jar of the drain Lambda
     * @throws IllegalArgumentException if it is not such a jar
     */
    public LocalAwsStack(Construct scope, String id, DrainBudget budget, Path drainJar) {
        super(scope, id);
        getTemplateOptions().setDescription("For an emulator of AWS: nothing here is meant to run on AWS itself.");
        ObjectBucket objects = ObjectBucket.Builder.create(this, "Objects").build();
        Role gateway = ServiceRoles.task(this, "GatewayRole");
        objects.grantReadWriteDelete(gateway);
        Queue events = events();
        Function drain = InstanceDrain.Builder.create(this, "Drain")
                .cluster(cluster())
                .budget(budget)
                .jar(drainJar)
                .buildFunctionAlone(NAME);
        RemovalPolicies.of(this).destroy();
        output(
                "ObjectsBucketName",
                "The bucket that the gateway serves",
                objects.getBucket().getBucketName());
        output("GatewayRoleArn", "Who the gateway is when it calls S3", gateway.getRoleArn());
        output("EventsQueueUrl", "Where events about objects go", events.getQueueUrl());
        output("DrainFunctionName", "What to invoke", drain.getFunctionName());
    }

    private Queue events() {
        Queue failed = queue("FailedEvents", NAME + "-events-failed")
                .retentionPeriod(Duration.days(14))
                .build();
        return queue("Events", NAME + "-events")
                .deadLetterQueue(DeadLetterQueue.builder()
                        .queue(failed)
                        .maxReceiveCount(TRIES)
                        .build())
                .build();
    }

    private Queue.Builder queue(String id, String name) {
        return Queue.Builder.create(this, id)
                .queueName(name)
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true);
    }

    private ICluster cluster() {
        return Cluster.fromClusterArn(this, "Cluster", ResourceArn.of(this, "ecs", "cluster/" + NAME));
    }

    private void output(String id, String description, String value) {
        CfnOutput.Builder.create(this, id).description(description).value(value).build();
    }
}
