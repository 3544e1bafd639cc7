/**
 * Clients that never rest, for what happens to a gateway under load: rolling restarts, updates, crashes. They use nothing but the JDK, so
 * that they run in any container that has a Java run-time.
 */
@NullMarked
package dev.banhmi.local.load;

import org.jspecify.annotations.NullMarked;
