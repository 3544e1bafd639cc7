package dev.banhmi.drain;

/**
 * An instance as its Auto Scaling group sees it.
 *
 * @param instanceId its EC2 id
 * @param group the name of the group
 * @param lifecycleState in Auto Scaling's words
 */
record Member(String instanceId, String group, String lifecycleState) {

    Member {
        Arguments.requireText(instanceId, "The instance of a group");
        Arguments.requireText(group, "The group of an instance");
    }

    /** Whether it enters a warm pool or is in it. */
    boolean isPooled() {
        return lifecycleState.startsWith("Warmed:");
    }

    MemberState state() {
        return MemberState.parse(lifecycleState);
    }
}
