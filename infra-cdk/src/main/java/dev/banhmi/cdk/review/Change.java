package dev.banhmi.cdk.review;

/**
 * What a deployment would do to one element of a stack.
 *
 * @param id the logical id, or the section and name of what is not a resource
 * @param type of the resource, empty for the rest
 * @param detail the property that decides it, or what happens to the old resource
 */
record Change(Kind kind, String stack, String id, String type, String detail) {

    /** In the order of their importance to a reviewer. */
    enum Kind {
        REPLACED("REPLACED"),
        MAY_BE_REPLACED("replaced?"),
        RENAMED("RENAMED"),
        REMOVED("REMOVED"),
        ADDED("added"),
        UPDATED("updated");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }
}
