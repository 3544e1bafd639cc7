/** What Tomcat needs to be told, and the filters that stand in front of every API. */
@NullMarked
package dev.banhmi.gateway.server;

import org.jspecify.annotations.NullMarked;
