/**
 * HTTP/1.1 as both wires write it: heads and bodies as Netty's objects enter, few buffers of bytes
 * leave (ADR 0024). Used by downstream and upstream; decides nothing. Runs on event loops.
 */
@NullMarked
package dev.sidekey.http1;

import org.jspecify.annotations.NullMarked;
