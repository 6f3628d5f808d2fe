/**
 * How a person is reached: a browser, a printed link, nobody. A login link enters; nothing leaves
 * but the attempt. Runs on virtual threads.
 */
@NullMarked
package dev.sidekey.interaction;

import org.jspecify.annotations.NullMarked;
