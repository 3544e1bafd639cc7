/** A small gateway in which every wall of {@code ArchitectureTest} is broken by one class, whose name says how. */
@NullMarked
package dev.banhmi.planted;

import org.jspecify.annotations.NullMarked;
