/** Tests of the reviewer's page, the committed snapshots and the diagrams, and that none drifts from the templates. */
@NullMarked
package dev.banhmi.cdk.review;

import org.jspecify.annotations.NullMarked;
