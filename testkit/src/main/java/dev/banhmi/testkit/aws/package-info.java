/**
 * Substitutes for services of AWS on real sockets: moto, Auto Scaling and ECS on their wires, and a Lambda runtime with
 * the packaged drain in it.
 */
@NullMarked
package dev.banhmi.testkit.aws;

import org.jspecify.annotations.NullMarked;
