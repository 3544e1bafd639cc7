package dev.banhmi.gateway.access;

import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call, {@code banhmi.access.*}. There is no access control yet, so outside a laptop the operator is required
 * to state that everyone who reaches the port may read, write and delete.
 *
 * @param allowOpen everyone may do everything, except that pages of another origin may not change anything
 * @param hostNames the only names that requests may have in {@code Host}, besides the address that they reach; without
 *     a port, addresses of IPv6 in brackets. Empty for any name
 */
public record AccessProperties(
        @DefaultValue("false") boolean allowOpen,
        @DefaultValue List<String> hostNames) {

    /** A reg-name or an address; whether an address is one is for the caller of the gateway to find out. */
    private static final Pattern HOST_NAME = Pattern.compile("[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+]");

    /** Checks the names. */
    public AccessProperties {
        for (String name : hostNames) {
            if (!HOST_NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("banhmi.access.host-names = " + name
                        + ": a name or an address without a port is required, such as files.example.com, 10.0.0.7 or"
                        + " [::1]");
            }
        }
        hostNames = List.copyOf(hostNames);
    }
}
