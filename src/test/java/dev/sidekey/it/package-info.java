/** Sidekey as a process, among the real components that a user has. */
@NullMarked
package dev.sidekey.it;

import org.jspecify.annotations.NullMarked;
