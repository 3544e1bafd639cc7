/** Who is told when a service needs somebody, and the page that shows it. Knows everything that it looks at; nothing knows it. */
@NullMarked
package dev.banhmi.cdk.constructs.observe;

import org.jspecify.annotations.NullMarked;
