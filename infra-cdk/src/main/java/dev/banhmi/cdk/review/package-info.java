/**
 * What the reviewer reads before a deployment may run: one page about a synthesized cloud assembly, and the normalised snapshots that
 * a pull request changes. It works on the files in {@code cdk.out} alone.
 */
@NullMarked
package dev.banhmi.cdk.review;

import org.jspecify.annotations.NullMarked;
