package dev.banhmi.gateway.access;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call, {@code banhmi.access.*}. There is no access control yet, so outside a laptop the operator is required
 * to state that everyone who reaches the port may read, write and delete.
 *
 * @param allowOpen everyone may do everything
 */
public record AccessProperties(@DefaultValue("false") boolean allowOpen) {}
