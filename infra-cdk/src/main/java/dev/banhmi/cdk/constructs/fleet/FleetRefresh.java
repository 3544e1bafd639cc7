package dev.banhmi.cdk.constructs.fleet;

import dev.banhmi.cdk.constructs.Refusal;
import dev.banhmi.cdk.constructs.drain.InstanceDrain;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnAutoScalingInstanceRefresh;
import software.amazon.awscdk.CfnAutoScalingInstanceRefreshAlarmSpecification;
import software.amazon.awscdk.CfnAutoScalingInstanceRefreshPreferences;
import software.amazon.awscdk.CfnUpdatePolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.autoscaling.AutoScalingGroup;
import software.amazon.awscdk.services.autoscaling.CfnAutoScalingGroup;
import software.amazon.awscdk.services.cloudwatch.IAlarm;
import software.constructs.IConstruct;

/** How a deployment with another launch template replaces the instances of a fleet. */
final class FleetRefresh {
    /*
     * An instance refresh replaces as many instances at the same time as fit between its two percentages: with 100 and 200 that is all of
     * them. 100 and 110 are a tenth, at least one, and the new one is in service before an old one goes
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html, checked 2026-11-30). The launch hook of the
     * drain makes "in service" mean that ECS can place tasks there; without it, a machine that runs is enough, whatever its agent does.
     *
     * The first instance is a checkpoint, and so is each quarter: the refresh pauses behind it for as long as the drain of the instance
     * that was replaced needs to show that nothing takes over its tasks, and one period of the alarm more. 1 % of any fleet is one
     * instance; its tasks may find room on old ones, so it alone proves too little. The same time is waited at the end, before
     * CloudFormation takes the update for done. An alarm at any time fails the refresh, CloudFormation then rolls the stack back, and
     * another refresh, with this policy, too, brings the old template back; instances that have it are skipped. So no alarm here may ring
     * until the rollback has helped (DrainMetrics)
     * (https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.CfnAutoScalingInstanceRefreshPreferences.html, checked 2026-11-30).
     *
     * An instance that somebody has set aside (Standby) would make the refresh wait an hour for it and then fail, and its rollback, which has
     * this policy, too. It is left as it is and keeps the old template until it is back in service; the next refresh replaces it
     * (https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_RefreshPreferences.html, checked 2026-11-30).
     *
     * The policy is set after the drain is attached, because the drain, which needs the group, makes the alarms. It names only alarms of the
     * fleet's own stack: CDK resolves an update policy too late to find a reference to another stack, and what lies in another stack needs
     * the fleet's, so that must come first.
     */

    static final int MIN_HEALTHY = 100;
    static final int MAX_HEALTHY = 110;

    /** The most alarms that a refresh watches. */
    static final int MOST_ALARMS = 10;

    /** The pause of a fleet without a drain of its own. */
    private static final long PAUSE_SECONDS = 900;

    /** Two periods of the drain's metrics: one to be measured, one to be seen. */
    private static final long ALARM_SECONDS = 600;

    private static final List<Integer> CHECKPOINTS = List.of(1, 25, 50, 75, 100);

    private final Ec2Fleet fleet;
    private final AutoScalingGroup group;
    private final long pause;
    private final List<IAlarm> alarms = new ArrayList<>();

    FleetRefresh(Ec2Fleet fleet, AutoScalingGroup group, @Nullable InstanceDrain drain) {
        this.fleet = fleet;
        this.group = group;
        this.pause = Optional.ofNullable(drain)
                .map(own -> own.getReplacementLimit().toSeconds() + ALARM_SECONDS)
                .orElse(PAUSE_SECONDS);
        if (drain != null) {
            requireOwnStack(drain);
            alarms.addAll(drain.getRefreshAlarms());
        }
        apply();
    }

    /** Watches another alarm, unless there are as many as a refresh can watch or its name is not known in the fleet's stack. */
    void watch(IAlarm alarm) {
        String path = alarm.getNode().getPath();
        if (!isNameable(alarm)) {
            warn(path + " is in the stack " + Stack.of(alarm).getStackName() + ", and the update policy of the fleet's"
                    + " group, in " + Stack.of(fleet).getStackName() + ", cannot name it: it does not stop a refresh.");
            return;
        }
        if (alarms.size() == MOST_ALARMS) {
            warn("An instance refresh watches " + MOST_ALARMS + " alarms, and " + path
                    + " would be one more: it does not stop a refresh.");
            return;
        }
        alarms.add(alarm);
        apply();
    }

    private void warn(String sentence) {
        Annotations.of(fleet).addWarningV2("banhmi:refresh-alarms", sentence);
    }

    /** An imported alarm has a name that every stack knows. */
    private boolean isNameable(IAlarm alarm) {
        return isInOwnStack(alarm) || !Boolean.TRUE.equals(Token.isUnresolved(alarm.getAlarmName()));
    }

    private boolean isInOwnStack(IConstruct construct) {
        return Stack.of(construct)
                .getNode()
                .getPath()
                .equals(Stack.of(fleet).getNode().getPath());
    }

    /** Its alarms are what stops a refresh whose instances carry no tasks, so none of them may be left out. */
    private void requireOwnStack(InstanceDrain drain) {
        if (!isInOwnStack(drain)) {
            throw Refusal.of(
                    fleet,
                    "drain",
                    drain.getNode().getPath() + ", of the stack "
                            + Stack.of(drain).getStackName(),
                    "a drain of the fleet's own stack, " + Stack.of(fleet).getStackName(),
                    "A refresh of the fleet stops at the alarms of its drain, which its group can name only in its own"
                            + " stack: build the InstanceDrain there.");
        }
    }

    private void apply() {
        CfnAutoScalingInstanceRefreshPreferences.Builder preferences =
                CfnAutoScalingInstanceRefreshPreferences.builder()
                        .minHealthyPercentage(MIN_HEALTHY)
                        .maxHealthyPercentage(MAX_HEALTHY)
                        .instanceWarmup(FleetScaling.WARM_UP.toSeconds())
                        .checkpointPercentages(CHECKPOINTS)
                        .checkpointDelay(pause)
                        .bakeTime(pause)
                        .scaleInProtectedInstances("Refresh")
                        .standbyInstances("Ignore")
                        .skipMatching(true);
        if (!alarms.isEmpty()) {
            preferences.alarmSpecification(CfnAutoScalingInstanceRefreshAlarmSpecification.builder()
                    .alarms(alarms.stream().map(IAlarm::getAlarmName).toList())
                    .build());
        }
        CfnAutoScalingGroup resource =
                Objects.requireNonNull((CfnAutoScalingGroup) group.getNode().getDefaultChild(), "the group's resource");
        resource.getCfnOptions()
                .setUpdatePolicy(CfnUpdatePolicy.builder()
                        .autoScalingInstanceRefresh(CfnAutoScalingInstanceRefresh.builder()
                                .strategy("Rolling")
                                .preferences(preferences.build())
                                .build())
                        .build());
    }
}
