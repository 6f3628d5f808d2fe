/**
 * How a token is asked for: one file a grant, one line each in Grants. A resolved client and issuer
 * enter, a token reply leaves. Blocks; runs on virtual threads.
 */
@NullMarked
package dev.sidekey.grant;

import org.jspecify.annotations.NullMarked;
