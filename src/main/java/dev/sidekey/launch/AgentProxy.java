package dev.sidekey.launch;

import dev.sidekey.config.HostPort;
import dev.sidekey.oauth.Secret;
import org.jspecify.annotations.Nullable;

/**
 * Where a command finds Sidekey.
 *
 * @param listener for programs that can show a user and password to a proxy
 * @param userAndPassword what they show, {@code user:password} of characters that a URL takes as
 *     they are; null for nothing
 * @param jvmListener for JVMs, whose own HTTP client can show nothing: knows the command's
 *     processes by other means. The same as {@code listener} where there is no such
 */
public record AgentProxy(
        HostPort listener, @Nullable Secret userAndPassword, HostPort jvmListener) {

    /** The URL for the proxy variables; a secret where it holds one. */
    Secret url() {
        var user = userAndPassword == null ? "" : userAndPassword.reveal() + "@";
        return Secret.of("http://" + user + listener);
    }
}
