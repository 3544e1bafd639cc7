/** What the synthesized templates promise, and what is refused before there are any. */
@NullMarked
package dev.banhmi.cdk;

import org.jspecify.annotations.NullMarked;
