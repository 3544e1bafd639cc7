/** The times and sizes of a drain, derived from each other: arithmetic alone, without CDK. */
@NullMarked
package dev.banhmi.cdk.constructs.budget;

import org.jspecify.annotations.NullMarked;
