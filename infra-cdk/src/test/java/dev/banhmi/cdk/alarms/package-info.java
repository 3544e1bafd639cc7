/** Alarms read back from a template, replayed over simulated metrics. */
@NullMarked
package dev.banhmi.cdk.alarms;

import org.jspecify.annotations.NullMarked;
