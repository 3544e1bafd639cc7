package dev.banhmi.gateway.access;

/** What the 2018 API does with an object that the query names; the path says which. */
public enum LegacyVerb {
    /** Its bytes. */
    DOWNLOAD("download", Method.GET),
    /** What is known of it. */
    STATUS("status", Method.GET),
    /** Deletes it. */
    DELETE("delete", Method.DELETE);

    private final String word;
    private final Method method;

    LegacyVerb(String word, Method method) {
        this.word = word;
        this.method = method;
    }

    /**
     * The only method that the path has.
     *
     * @return GET or DELETE
     */
    public Method method() {
        return method;
    }

    /** The path, as it is usually written. */
    String path() {
        return "/file/" + word;
    }
}
