/** What the reviewer is told, the committed snapshots and pictures, and that neither drifts from the templates. */
@NullMarked
package dev.banhmi.cdk.review;

import org.jspecify.annotations.NullMarked;
