/**
 * Sidekey's own listener: health, logins and the OAuth callback. Requests of people, probes and the
 * command line enter; views of the authorization room leave. Runs on event loops, and on virtual
 * threads where it must wait.
 */
@NullMarked
package dev.sidekey.admin;

import org.jspecify.annotations.NullMarked;
