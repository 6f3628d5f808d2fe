/** What operators read: log keys and meters. Leaf; callable from every thread, never blocks. */
@NullMarked
package dev.sidekey.telemetry;

import org.jspecify.annotations.NullMarked;
