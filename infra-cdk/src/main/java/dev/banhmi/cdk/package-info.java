/** The AWS infrastructure of Bánh mì: what is read, checked and composed before a template is written. */
@NullMarked
package dev.banhmi.cdk;

import org.jspecify.annotations.NullMarked;
