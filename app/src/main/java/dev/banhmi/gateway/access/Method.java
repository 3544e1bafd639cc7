package dev.banhmi.gateway.access;

/** The method of a request. */
public enum Method {
    /** Reads. */
    GET,
    /** GET without a body in the response. */
    HEAD,
    /** Whatever the resource says. */
    POST,
    /** Creates or replaces. */
    PUT,
    /** Changes a part. */
    PATCH,
    /** Deletes. */
    DELETE,
    /** Asks what is possible. */
    OPTIONS,
    /** Any other, which nothing here has. */
    OTHER;

    /**
     * The method of a request.
     *
     * @param method as it was sent; upper and lower case differ
     * @return {@link #OTHER} where it is none that this enumeration names
     */
    public static Method of(String method) {
        return switch (method) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "PATCH" -> PATCH;
            case "DELETE" -> DELETE;
            case "OPTIONS" -> OPTIONS;
            default -> OTHER;
        };
    }
}
