package dev.banhmi.drain;

import java.time.Instant;
import java.util.Optional;

/**
 * What an evaluation saw and did, for log and metrics.
 *
 * @param at when it began to read
 * @param observation empty when the hint was ignored before anything of the instance was read
 * @param effect what became of a call that ends or prolongs the wait; empty where there was none
 */
record Evaluation(
        Instant at,
        DrainHint hint,
        Optional<Observation> observation,
        DrainStep step,
        Optional<Groups.Effect> effect) {}
