package dev.banhmi.gateway.store;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The content types of HTML forms. A store that is built on a web framework may read the body of such a request as
 * parameters: s3proxy 4.1.0 then computes another signature and refuses it, moto 5.2.1 stores an empty object (both
 * tried on 2026-11-30). S3 itself takes the bytes.
 */
final class FormTypes {

    private static final Set<String> FORMS = Set.of("application/x-www-form-urlencoded", "multipart/form-data");

    private FormTypes() {}

    /** Whether a {@code Content-Type}, with its parameters, is that of a form. */
    static boolean isOne(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return FORMS.contains(type);
    }
}
