package dev.banhmi.cdk.examples;

import java.nio.file.Path;
import java.util.function.UnaryOperator;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.certificatemanager.Certificate;
import software.amazon.awscdk.services.ec2.InstanceType;
import software.amazon.awscdk.services.ec2.LaunchTemplate;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ecs.Cluster;
import software.amazon.awscdk.services.ecs.EcsOptimizedImage;

/**
 * Synthesizes every example, without any feature flag. Public, with a constructor, because {@link ExampleApp} makes it by reflection in a
 * class loader of its own.
 */
public final class ExampleStacks implements UnaryOperator<Path> {
    private static final String CERTIFICATE =
            "arn:aws:acm:us-east-1:111122223333:certificate/11111111-2222-3333-4444-555555555555";

    /** Made by {@link ExampleApp}. */
    public ExampleStacks() {}

    /**
     * Synthesizes.
     *
     * @param directory an empty one, with the image's archive
     * @return where the assembly is
     */
    @Override
    public Path apply(Path directory) {
        App app = new App(AppProps.builder()
                .outdir(directory.resolve("cdk.out").toString())
                .build());
        Stack service = stack(app, "example-service");
        ConstructExamples.service(
                service,
                directory.resolve("image.tar"),
                Certificate.fromCertificateArn(service, "Certificate", CERTIFICATE));
        ConstructExamples.repository(stack(app, "example-repository"));
        Stack foreign = stack(app, "example-foreign");
        Vpc vpc = Vpc.Builder.create(foreign, "Vpc").maxAzs(2).build();
        Cluster cluster = Cluster.Builder.create(foreign, "Cluster").vpc(vpc).build();
        LaunchTemplate template = LaunchTemplate.Builder.create(foreign, "Template")
                .instanceType(new InstanceType("t3.medium"))
                .machineImage(EcsOptimizedImage.amazonLinux2023())
                .build();
        AutoScalingGroup group = AutoScalingGroup.Builder.create(foreign, "Instances")
                .vpc(vpc)
                .launchTemplate(template)
                .build();
        ConstructExamples.foreignCluster(foreign, cluster, group);
        return Path.of(app.synth().getDirectory());
    }

    private static Stack stack(App app, String id) {
        return new Stack(
                app,
                id,
                StackProps.builder()
                        .env(Environment.builder().region("us-east-1").build())
                        .build());
    }
}
