package dev.banhmi.cdk.constructs;

import java.util.List;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.sns.ITopic;

/** Who hears of an alarm: of its beginning and of its end. */
public final class AlarmNotices {
    /*
     * An alarm that treats missing data as "missing" has INSUFFICIENT_DATA for silence, and here silence is the fault: a sweep that does not
     * come, a service without a task. It begins in that state and notifies of changes only, so it does not ring while its stack is made, as
     * one would that treats missing data as breaching
     * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, checked 2026-11-30).
     */

    private static final String MISSING = "missing";

    /** 5: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html (checked 2026-12-01). */
    private static final int MOST = 5;

    private AlarmNotices() {}

    /**
     * Notifies a topic of ALARM and OK, and of INSUFFICIENT_DATA where missing data is the fault; once, however often it is called.
     *
     * @param alarm which
     * @param topic whom
     * @throws IllegalArgumentException if the alarm notifies five others, which is CloudWatch's most
     */
    public static void send(Alarm alarm, ITopic topic) {
        List<?> told = told(alarm);
        if (told.contains(Stack.of(alarm).resolve(topic.getTopicArn()))) {
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

    private static List<?> told(Alarm alarm) {
        return alarm.getNode().getDefaultChild() instanceof CfnAlarm resource
                        && resource.getAlarmActions() != null
                        && Stack.of(alarm).resolve(resource.getAlarmActions()) instanceof List<?> actions
                ? actions
                : List.of();
    }
}
