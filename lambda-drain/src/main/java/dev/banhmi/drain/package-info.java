/**
 * Drains an EC2 instance of an ECS cluster before Auto Scaling terminates it. Hints only say where to look; each evaluation reads
 * the world anew and takes the one step that is right now.
 */
@NullMarked
package dev.banhmi.drain;

import org.jspecify.annotations.NullMarked;
