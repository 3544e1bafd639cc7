package dev.banhmi.cdk.constructs;

import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.CfnAlarm;
import software.amazon.awscdk.services.cloudwatch.IAlarmAction;

/** Who hears of an alarm: of its beginning and of its end. */
public final class AlarmNotices {
    /*
     * An alarm that treats missing data as "missing" has INSUFFICIENT_DATA for silence, and here silence is the fault: a sweep that does not
     * come, a service without a task. It begins in that state and notifies of changes only, so it does not ring while its stack is made, as
     * one would that treats missing data as breaching
     * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html, checked 2026-11-30).
     */

    private static final String MISSING = "missing";

    private AlarmNotices() {}

    /**
     * Notifies of ALARM and OK, and of INSUFFICIENT_DATA where missing data is the fault.
     *
     * @param alarm which
     * @param action whom
     */
    public static void send(Alarm alarm, IAlarmAction action) {
        alarm.addAlarmAction(action);
        alarm.addOkAction(action);
        if (alarm.getNode().getDefaultChild() instanceof CfnAlarm resource
                && MISSING.equals(resource.getTreatMissingData())) {
            alarm.addInsufficientDataAction(action);
        }
    }
}
