/**
 * The two thread worlds and the door between them: event loops carry bytes, virtual threads carry
 * OAuth. Leaf; whoever starts work elsewhere does it here.
 */
@NullMarked
package dev.sidekey.threads;

import org.jspecify.annotations.NullMarked;
