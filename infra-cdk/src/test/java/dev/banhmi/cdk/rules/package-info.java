/** Rules that others wrote down about AWS, held against everything that our stacks and constructs make. */
@NullMarked
package dev.banhmi.cdk.rules;

import org.jspecify.annotations.NullMarked;
