package dev.banhmi.cdk.constructs;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.IAspect;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.sns.CfnTopicPolicy;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.TopicPolicy;
import software.constructs.Construct;
import software.constructs.IConstruct;

/** Who hears of an alarm: of its beginning and of its end. */
public final class AlarmNotices {
    /*
     * An alarm that treats missing data as "missing" has INSUFFICIENT_DATA for silence, and here silence is the fault: a sweep that does not
     * come, a service without a task. It begins in that state and notifies of changes only, so it does not ring while its stack is made, as
     * one would that treats missing data as breaching
     * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, checked 2026-11-30).
     */

    private static final String MISSING = "missing";

    /**
     * Begins the id of a construct in an alarm that has no resource and is a mark of one topic. A reference cannot be compared instead: until
     * the app is prepared, one to another stack looks like one to whatever has the same logical id here.
     */
    private static final String NOTIFIED = "Notified:";

    /** 5: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (checked 2026-12-01). */
    private static final int MOST = 5;

    private AlarmNotices() {}

    /**
     * Notifies a topic of ALARM and OK, and of INSUFFICIENT_DATA where missing data is the fault; once, however often it is called. The
     * policy of a topic of the app, and of its key, is extended by what alarms need to publish to it; of any other topic, a warning says
     * what its policy must have.
     *
     * @param alarm which
     * @param topic whom
     * @throws IllegalArgumentException if the alarm notifies five others, which is CloudWatch's most
     */
    public static void send(Alarm alarm, ITopic topic) {
        List<?> told = told(alarm);
        String notified = NOTIFIED + topic.getNode().getPath();
        if (alarm.getNode().tryFindChild(notified) != null
                || (isLiteral(topic) && told.contains(topic.getTopicArn()))) {
            return;
        }
        if (told.size() == MOST) {
            throw Refusal.of(
                    alarm,
                    "alarmActions",
                    told.size() + " topics and " + topic.getNode().getPath(),
                    MOST + " or fewer",
                    "CloudWatch takes no more: notify one topic for several services, and let the others subscribe.");
        }
        new Construct(alarm, notified);
        Access.allow(alarm, topic);
        IAlarmAction action = new SnsAction(topic);
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
        if (alarm.getNode().getDefaultChild() instanceof CfnAlarm resource
                && MISSING.equals(resource.getTreatMissingData())) {
            alarm.addInsufficientDataAction(action);
        }
    }

    /**
     * Whether an alarm notifies anybody.
     *
     * @param alarm which
     * @return as things stand
     */
    public static boolean isHeard(Alarm alarm) {
        return !told(alarm).isEmpty();
    }

    private static boolean isLiteral(ITopic topic) {
        return Boolean.FALSE.equals(Token.isUnresolved(topic.getTopicArn()));
    }

    private static List<?> told(Alarm alarm) {
        return alarm.getNode().getDefaultChild() instanceof CfnAlarm resource
                        && resource.getAlarmActions() != null
                        && Stack.of(alarm).resolve(resource.getAlarmActions()) instanceof List<?> actions
                ? actions
                : List.of();
    }

    /** Lets the alarms of an account and region publish to a topic: its policy, and that of its key. */
    private static final class Access implements IAspect {
        /*
         * Two mistakes lead to a topic that never delivers, both silent at deployment. CloudWatch cannot use the AWS-managed key of SNS, so the
         * key must be ours and allow it (https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns, checked 2026-11-22). And any
         * policy replaces the topic's default one, which is what lets alarms of the account publish: a statement that requires TLS is enough.
         *
         * The policies are extended when the app is synthesized, because one may come after the alarms. A topic that has none keeps the default.
         */

        private static final String MARK = "Alarms";
        private static final String CLOUDWATCH = "cloudwatch.amazonaws.com";
        private static final String OF_THE_KEY =
                "kms:Decrypt and kms:GenerateDataKey* by the key's, which AWS's own key of SNS never does.";
        private static final String WHY = "https://repost.aws/knowledge-center/cloudwatch-configure-alarm-sns";

        private final Topic topic;
        private final PolicyStatement publish;

        private Access(Topic topic, PolicyStatement publish) {
            this.topic = topic;
            this.publish = publish;
        }

        /** Extends what is this app's to write, once for each topic; of anything else, it says what must be there. */
        static void allow(IConstruct alarm, ITopic topic) {
            if (topic.getNode().tryFindChild(MARK) != null) {
                return;
            }
            if (topic instanceof Construct there) {
                new Construct(there, MARK);
            }
            IKey key = topic.getMasterKey();
            // In a key's policy, "*" is the key.
            boolean keyIsOpen = key == null
                    || key.addToResourcePolicy(alarmsMay(alarm, "*", "kms:Decrypt", "kms:GenerateDataKey*"), true)
                            .getStatementAdded();
            if (topic instanceof Topic ours) {
                Aspects.of(ours).add(new Access(ours, alarmsMay(alarm, topic.getTopicArn(), "sns:Publish")));
                if (!keyIsOpen) {
                    warn(
                            topic,
                            "The policy of its key is not this app's to write: " + CLOUDWATCH + " must be allowed "
                                    + OF_THE_KEY);
                }
            } else {
                warn(
                        topic,
                        "Its policy is not this app's to write: if it has one of its own, " + CLOUDWATCH
                                + " must be allowed sns:Publish by it, and if it has a key, " + OF_THE_KEY);
            }
        }

        private static void warn(ITopic topic, String what) {
            Annotations.of(topic)
                    .addWarningV2(
                            "banhmi:alarm-topic",
                            "Alarms notify the topic " + topic.getNode().getPath() + ". " + what
                                    + " Otherwise nobody hears of an alarm, and nothing says so: " + WHY);
        }

        @Override
        public void visit(IConstruct node) {
            if (!node.getNode().getPath().equals(topic.getNode().getPath())) {
                return;
            }
            String arn = topic.getTopicArn();
            for (IConstruct construct : node.getNode().getRoot().getNode().findAll()) {
                if (!(construct instanceof CfnTopicPolicy policy)
                        || !policy.getTopics().contains(arn)) {
                    continue;
                }
                if (policy.getNode().getScope() instanceof TopicPolicy open) {
                    open.getDocument().addStatements(publish);
                } else {
                    warn(
                            topic,
                            "Its policy " + policy.getNode().getPath() + " is a resource that this library does not"
                                    + " extend: " + CLOUDWATCH + " must be allowed sns:Publish by it.");
                }
            }
        }

        private static PolicyStatement alarmsMay(IConstruct alarm, String resource, String... actions) {
            return PolicyStatement.Builder.create()
                    .sid("Alarms")
                    .principals(List.of(new ServicePrincipal(CLOUDWATCH)))
                    .actions(List.of(actions))
                    .resources(List.of(resource))
                    .conditions(new TreeMap<>(Map.of(
                            "StringEquals",
                            Map.of("aws:SourceAccount", Stack.of(alarm).getAccount()),
                            "ArnLike",
                            Map.of("aws:SourceArn", ResourceArn.of(alarm, "cloudwatch", "alarm:*")))))
                    .build();
        }
    }
}
