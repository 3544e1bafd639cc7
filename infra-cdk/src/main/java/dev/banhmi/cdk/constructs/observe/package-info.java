/** Alarms, their topic and the dashboard of a service. Depends on everything that it observes; nothing depends on it. */
@NullMarked
package dev.banhmi.cdk.constructs.observe;

import org.jspecify.annotations.NullMarked;
