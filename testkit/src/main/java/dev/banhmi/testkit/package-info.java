/**
 * What the tests of several modules share: the packaged gateway, stores and other programs as child processes, HTTP
 * byte by byte, generated content, seeds. No type of the modules under test is here, and no fake of one.
 */
@NullMarked
package dev.banhmi.testkit;

import org.jspecify.annotations.NullMarked;
