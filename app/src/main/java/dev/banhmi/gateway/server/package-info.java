/** The configuration of Tomcat, and the filters in front of every API. */
@NullMarked
package dev.banhmi.gateway.server;

import org.jspecify.annotations.NullMarked;
