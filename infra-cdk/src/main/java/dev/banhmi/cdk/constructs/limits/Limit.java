package dev.banhmi.cdk.constructs.limits;

import java.util.List;

/**
 * What AWS allows of one property.
 *
 * @param type of the resource
 * @param path to the property, with * for every element of a list and every key of a map; what several paths of one resource have together is
 *     counted together where they are the same
 * @param count what is counted
 * @param most the bound, included
 */
record Limit(String type, String path, Count count, int most) {
    /** What is counted. */
    enum Count {
        /** Characters of each value. */
        CHARACTERS,
        /** Characters of all values together, documents without white space. */
        CHARACTERS_IN_ALL,
        /** Elements of each list. */
        ELEMENTS
    }

    private static final String ALARM = "AWS::CloudWatch::Alarm";
    private static final String RULE = "AWS::Events::Rule";
    private static final String FUNCTION = "AWS::Lambda::Function";
    private static final String ROLE = "AWS::IAM::Role";
    private static final String SECURITY_GROUP = "AWS::EC2::SecurityGroup";

    /**
     * The default quotas and the bounds of the APIs, which cannot be raised, of the services that our templates use (checked 2026-11-30):
     * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html, …/lambda/latest/dg/gettingstarted-limits.html,
     * …/IAM/latest/UserGuide/reference_iam-quotas.html, …/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html,
     * …/vpc/latest/userguide/amazon-vpc-limits.html, …/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html,
     * …/sns/latest/api/API_AddPermission.html, …/kms/latest/developerguide/resource-limits.html, …/AmazonS3/latest/userguide/bucket-policies.html,
     * …/AmazonECS/latest/developerguide/service-quotas.html, …/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html and
     * API_CreateTargetGroup.html, …/autoscaling/ec2/APIReference/API_PutLifecycleHook.html, …/systems-manager/latest/APIReference/API_PutParameter.html.
     */
    static final List<Limit> OF_PROPERTIES = List.of(
            new Limit(RULE, "EventPattern", Count.CHARACTERS_IN_ALL, 2048),
            new Limit(RULE, "Description", Count.CHARACTERS, 512),
            new Limit(RULE, "Name", Count.CHARACTERS, 64),
            new Limit(RULE, "Targets", Count.ELEMENTS, 5),
            new Limit(FUNCTION, "Environment/Variables", Count.CHARACTERS_IN_ALL, 4096),
            new Limit(FUNCTION, "Description", Count.CHARACTERS, 256),
            new Limit(FUNCTION, "FunctionName", Count.CHARACTERS, 64),
            new Limit(FUNCTION, "Layers", Count.ELEMENTS, 5),
            new Limit(ROLE, "Policies/*/PolicyDocument", Count.CHARACTERS_IN_ALL, 10_240),
            new Limit(ROLE, "AssumeRolePolicyDocument", Count.CHARACTERS_IN_ALL, 2048),
            new Limit(ROLE, "ManagedPolicyArns", Count.ELEMENTS, 10),
            new Limit(ROLE, "Description", Count.CHARACTERS, 1000),
            new Limit(ROLE, "RoleName", Count.CHARACTERS, 64),
            new Limit("AWS::IAM::Policy", "PolicyDocument", Count.CHARACTERS_IN_ALL, 10_240),
            new Limit("AWS::IAM::ManagedPolicy", "PolicyDocument", Count.CHARACTERS_IN_ALL, 6144),
            new Limit(ALARM, "AlarmDescription", Count.CHARACTERS, 1024),
            new Limit(ALARM, "AlarmName", Count.CHARACTERS, 255),
            new Limit(ALARM, "AlarmActions", Count.ELEMENTS, 5),
            new Limit(ALARM, "OKActions", Count.ELEMENTS, 5),
            new Limit(ALARM, "InsufficientDataActions", Count.ELEMENTS, 5),
            new Limit(ALARM, "Dimensions", Count.ELEMENTS, 30),
            new Limit(ALARM, "Metrics", Count.ELEMENTS, 20),
            new Limit(SECURITY_GROUP, "SecurityGroupIngress", Count.ELEMENTS, 60),
            new Limit(SECURITY_GROUP, "SecurityGroupEgress", Count.ELEMENTS, 60),
            new Limit(SECURITY_GROUP, "GroupDescription", Count.CHARACTERS, 255),
            new Limit("AWS::SQS::QueuePolicy", "PolicyDocument", Count.CHARACTERS_IN_ALL, 8192),
            new Limit("AWS::SNS::TopicPolicy", "PolicyDocument", Count.CHARACTERS_IN_ALL, 30_720),
            new Limit("AWS::KMS::Key", "KeyPolicy", Count.CHARACTERS_IN_ALL, 32_768),
            new Limit("AWS::S3::BucketPolicy", "PolicyDocument", Count.CHARACTERS_IN_ALL, 20_480),
            new Limit("AWS::S3::Bucket", "BucketName", Count.CHARACTERS, 63),
            new Limit("AWS::ECS::TaskDefinition", "ContainerDefinitions", Count.CHARACTERS_IN_ALL, 65_536),
            new Limit("AWS::ECS::Cluster", "ClusterName", Count.CHARACTERS, 255),
            new Limit("AWS::ECS::CapacityProvider", "Name", Count.CHARACTERS, 255),
            new Limit("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name", Count.CHARACTERS, 32),
            new Limit("AWS::ElasticLoadBalancingV2::LoadBalancer", "SecurityGroups", Count.ELEMENTS, 5),
            new Limit("AWS::ElasticLoadBalancingV2::TargetGroup", "Name", Count.CHARACTERS, 32),
            new Limit("AWS::ElasticLoadBalancingV2::TargetGroup", "HealthCheckPath", Count.CHARACTERS, 1024),
            new Limit("AWS::AutoScaling::AutoScalingGroup", "AutoScalingGroupName", Count.CHARACTERS, 255),
            new Limit("AWS::AutoScaling::LifecycleHook", "LifecycleHookName", Count.CHARACTERS, 255),
            new Limit("AWS::AutoScaling::LifecycleHook", "NotificationMetadata", Count.CHARACTERS, 4000),
            new Limit("AWS::EC2::LaunchTemplate", "LaunchTemplateData/UserData", Count.CHARACTERS, 16_384),
            new Limit("AWS::EC2::LaunchTemplate", "LaunchTemplateData/SecurityGroupIds", Count.ELEMENTS, 5),
            new Limit("AWS::SSM::Parameter", "Value", Count.CHARACTERS, 4096),
            new Limit("AWS::SSM::Parameter", "Description", Count.CHARACTERS, 1024),
            new Limit("*", "Tags", Count.ELEMENTS, 50),
            new Limit("*", "Tags/*/Key", Count.CHARACTERS, 128),
            new Limit("*", "Tags/*/Value", Count.CHARACTERS, 256));
}
