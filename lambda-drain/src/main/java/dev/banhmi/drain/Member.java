package dev.banhmi.drain;

/**
 * An instance as its Auto Scaling group sees it.
 *
 * @param instanceId its EC2 id
 * @param group the name of the group
 * @param lifecycleState in Auto Scaling's words
 * @param isUnhealthy whether Auto Scaling reports that it has failed its health check. That a removal for another reason leaves it
 *     healthy is written nowhere, see decision 0103
 */
record Member(String instanceId, String group, String lifecycleState, boolean isUnhealthy) {

    Member {
        Arguments.requireText(instanceId, "The instance of a group");
        Arguments.requireText(group, "The group of an instance");
    }

    /** A healthy one. */
    Member(String instanceId, String group, String lifecycleState) {
        this(instanceId, group, lifecycleState, false);
    }

    /** Whether it enters a warm pool or is in it. */
    boolean isPooled() {
        return lifecycleState.startsWith("Warmed:");
    }

    MemberState state() {
        return MemberState.parse(lifecycleState);
    }
}
