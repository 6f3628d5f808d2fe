/**
 * Who may be connected to. Host names enter, checked socket addresses or a refusal leave. The
 * resolver blocks and is called on virtual threads; the policy is pure.
 */
@NullMarked
package dev.sidekey.address;

import org.jspecify.annotations.NullMarked;
