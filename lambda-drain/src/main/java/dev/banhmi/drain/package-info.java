/**
 * Drains an EC2 instance of an ECS cluster before Auto Scaling terminates it. Hints only say where to look; each evaluation observes the
 * current state and takes the one step that is due.
 */
@NullMarked
package dev.banhmi.drain;

import org.jspecify.annotations.NullMarked;
