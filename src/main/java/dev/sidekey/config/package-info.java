/**
 * What the operator said. Flags, environment and sidekey.yaml enter; checked, immutable records
 * leave, or every violation at once. Runs once at start, on the main thread.
 */
@NullMarked
package dev.sidekey.config;

import org.jspecify.annotations.NullMarked;
