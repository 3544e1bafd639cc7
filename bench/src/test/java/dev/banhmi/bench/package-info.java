@NullMarked
package dev.banhmi.bench;

import org.jspecify.annotations.NullMarked;
