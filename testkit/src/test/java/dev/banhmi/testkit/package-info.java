/** The kit by itself. */
@NullMarked
package dev.banhmi.testkit;

import org.jspecify.annotations.NullMarked;
