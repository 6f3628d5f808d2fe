/**
 * HTTP/2 as both wires see it: streams of frames enter, Netty's HTTP objects leave, and the other
 * way about (ADR 0003). Used by downstream and upstream; decides nothing. Runs on event loops.
 */
@NullMarked
package dev.sidekey.http2;

import org.jspecify.annotations.NullMarked;
