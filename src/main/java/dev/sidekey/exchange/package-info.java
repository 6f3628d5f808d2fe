/**
 * One request to its last byte: every attempt made upstream on its behalf, the bounded replay
 * buffer, and the answer when no token can be had. Runs on the event loop of the downstream
 * channel; threads.OffLoop is the only door to virtual threads.
 */
@NullMarked
package dev.sidekey.exchange;

import org.jspecify.annotations.NullMarked;
