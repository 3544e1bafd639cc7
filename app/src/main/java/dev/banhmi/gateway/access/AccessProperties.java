package dev.banhmi.gateway.access;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call, {@code banhmi.access.*}. There is no access control yet, so that outside a laptop the operator has to say in
 * words that everybody who reaches the port may read, write and delete.
 *
 * @param allowOpen everybody may do everything
 */
public record AccessProperties(@DefaultValue("false") boolean allowOpen) {}
