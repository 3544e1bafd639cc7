/** The stack {@code banhmi-local} in emulators of AWS: deployed as a developer does it, described, invoked, and removed. */
@NullMarked
package dev.banhmi.local.deploy;

import org.jspecify.annotations.NullMarked;
