/**
 * The server's side of the wire: routes, connections, the pool of each event loop, one attempt at a
 * time. Runs on event loops.
 */
@NullMarked
package dev.sidekey.upstream;

import org.jspecify.annotations.NullMarked;
