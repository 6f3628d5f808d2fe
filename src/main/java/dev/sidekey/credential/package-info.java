/**
 * What is kept: credentials, registrations, pending logins and leases, sealed, versioned and
 * written before they are used. Blocks; runs on virtual threads.
 */
@NullMarked
package dev.sidekey.credential;

import org.jspecify.annotations.NullMarked;
