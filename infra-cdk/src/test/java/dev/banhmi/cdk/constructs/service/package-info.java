/** Tests of this room. */
@NullMarked
package dev.banhmi.cdk.constructs.service;

import org.jspecify.annotations.NullMarked;
