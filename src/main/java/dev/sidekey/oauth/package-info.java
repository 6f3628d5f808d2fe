/**
 * The documents of OAuth, one file a specification, and the one HTTP client that fetches them.
 * Leaves no decision: documents enter and leave, bounded in size and time. Blocks; runs on virtual
 * threads, but for the pure values (Secret, Scopes, Challenge).
 */
@NullMarked
package dev.sidekey.oauth;

import org.jspecify.annotations.NullMarked;
