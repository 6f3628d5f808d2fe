/** Servers that behave as real ones do, and misbehave as real ones do: fakes over mocks. */
@NullMarked
package dev.sidekey.fakes;

import org.jspecify.annotations.NullMarked;
