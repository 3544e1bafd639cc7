/** What users do, walked from end to end with the packaged gateway and every backend; the result is docs/journeys.md. */
@NullMarked
package dev.banhmi.local.journey;

import org.jspecify.annotations.NullMarked;
