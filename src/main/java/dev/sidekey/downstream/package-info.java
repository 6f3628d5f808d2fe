/**
 * The agent's side of the wire. Bytes of agents enter, one Exchange a request leaves. Runs on event
 * loops; handlers translate, they do not decide.
 */
@NullMarked
package dev.sidekey.downstream;

import org.jspecify.annotations.NullMarked;
