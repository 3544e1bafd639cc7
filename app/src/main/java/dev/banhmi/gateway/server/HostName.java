package dev.banhmi.gateway.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Locale;

/**
 * The name in a {@code Host} or {@code Origin} field, in the one form in which names can be compared: lower case,
 * without the dot of the root; addresses of IPv6 written out, in brackets.
 *
 * @param name in that form; empty when there is none
 * @param port as it was sent, empty when there is none
 */
record HostName(String name, String port) {

    /** Reads {@code name}, {@code name:port}, {@code [address]} or {@code [address]:port}. */
    static HostName of(String authority) {
        int bracket = authority.lastIndexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String name = colon < 0 ? authority : authority.substring(0, colon);
        return new HostName(canonical(name), colon < 0 ? "" : authority.substring(colon + 1));
    }

    /** The name of an address as the socket has it, without brackets. */
    static HostName ofAddress(String address) {
        return new HostName(address.contains(":") ? canonical("[" + address + "]") : canonical(address), "");
    }

    private static String canonical(String name) {
        if (name.startsWith("[") && name.endsWith("]")) {
            return address(name.substring(1, name.length() - 1));
        }
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    private static String address(String literal) {
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            return address instanceof Inet6Address ? "[" + address.getHostAddress() + "]" : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            // Equal to no address that is one.
            return "[" + literal + "]";
        }
    }
}
