package dev.banhmi.drain;

/**
 * An ECS cluster, named as a person or as an event names it.
 *
 * @param value the short name, or the ARN
 */
record ClusterName(String value) {

    ClusterName {
        Arguments.requireText(value, "The name of a cluster");
    }

    /** Whether both mean the same cluster: two ARNs are compared whole, anything else by the short name. */
    boolean sameAs(ClusterName other) {
        if (isArn() && other.isArn()) {
            return value.equals(other.value);
        }
        return shortName().equals(other.shortName());
    }

    /** The part after the last slash. */
    String shortName() {
        return value.substring(value.lastIndexOf('/') + 1);
    }

    private boolean isArn() {
        return value.startsWith("arn:");
    }
}
