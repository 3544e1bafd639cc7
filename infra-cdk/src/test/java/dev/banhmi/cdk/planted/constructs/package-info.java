/** What the walls forbid, planted to see them fall. Nothing uses it. */
@NullMarked
package dev.banhmi.cdk.planted.constructs;

import org.jspecify.annotations.NullMarked;
