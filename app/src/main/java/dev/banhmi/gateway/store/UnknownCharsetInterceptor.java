package dev.banhmi.gateway.store;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Keeps a {@code charset} that Java does not know from a store whose server would look it up: in the store the
 * parameter is called {@code banhmi-charset}, and callers get their {@code Content-Type} back as they sent it.
 */
final class UnknownCharsetInterceptor implements ExecutionInterceptor {
    /*
     * s3proxy 4.1.0 refuses such a request with 400 (tried on 2026-11-30). S3 itself takes whatever it gets, so this is
     * for stores that have an address of their own.
     */

    private static final String FIELD = "Content-Type";

    private static final Pattern CHARSET =
            Pattern.compile("(?<=[;\\s])charset(?=\\s*=\\s*(?:\"([^\"]*)\"|([^;\\s]*)))", Pattern.CASE_INSENSITIVE);

    private static final Pattern RENAMED =
            Pattern.compile("(?<=[;\\s])banhmi-(charset)(?=\\s*=)", Pattern.CASE_INSENSITIVE);

    @Override
    public SdkHttpRequest modifyHttpRequest(Context.ModifyHttpRequest context, ExecutionAttributes attributes) {
        SdkHttpRequest request = context.httpRequest();
        return request.firstMatchingHeader(FIELD)
                .filter(type -> !hide(type).equals(type))
                .map(type -> request.copy(copy -> copy.putHeader(FIELD, hide(type))))
                .orElse(request);
    }

    @Override
    public SdkHttpResponse modifyHttpResponse(Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
        SdkHttpResponse response = context.httpResponse();
        return response.firstMatchingHeader(FIELD)
                .filter(type -> !show(type).equals(type))
                .map(type -> response.copy(copy -> copy.putHeader(FIELD, show(type))))
                .orElse(response);
    }

    static String hide(String type) {
        return CHARSET.matcher(type).replaceAll(found -> {
            String name = found.group(1) == null ? found.group(2) : found.group(1);
            return Matcher.quoteReplacement(isKnown(name) ? found.group() : "banhmi-" + found.group());
        });
    }

    static String show(String type) {
        return RENAMED.matcher(type).replaceAll("$1");
    }

    /** None at all is not looked up. */
    private static boolean isKnown(String name) {
        try {
            return name.isEmpty() || Charset.isSupported(name);
        } catch (IllegalCharsetNameException e) {
            return false;
        }
    }
}
