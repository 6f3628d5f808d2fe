package dev.sidekey.admin;

import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what of the admin listener.
 *
 * <p>Open to all are health, the callback and login pages, each of which is guarded by single-use
 * state, and metrics unless they are said to be private. All else needs the admin token, or a
 * loopback peer with a loopback Host (DNS rebinding) and no trace of a proxy in between (X9). What
 * changes something also needs a header that no web page can send unasked, and no Origin (CSRF).
 */
final class AdminGuard {
    static final String METRICS = "/metrics";
    static final String QUIT = "/quitquitquit";
    private static final Set<String> OPEN =
            Set.of("/healthz", "/readyz", "/startupz", "/oauth/callback");
    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final Supplier<AdminAccess> access;

    AdminGuard(Supplier<AdminAccess> access) {
        this.access = access;
    }

    /** The refusal, or null when the request may go on. */
    @Nullable AdminAnswer refusal(AdminRequest request) {
        if (isOpen(request.path())) {
            return null;
        }
        if (request.fromBrowserPage()) {
            return AdminAnswer.text(403, "The admin listener answers no web page.");
        }
        if (!isTrusted(request)) {
            return AdminAnswer.text(
                    403,
                    "This needs the admin token (Authorization: Bearer), or a loopback client that"
                            + " asks a loopback host directly.");
        }
        // a Job's last command is a plain POST; no web page sends one without its Origin
        var needsMark = !request.method().equals("GET") && !request.path().equals(QUIT);
        if (needsMark && !request.marked()) {
            return AdminAnswer.text(403, "Send the header 'Sidekey-Admin: 1' with this request.");
        }
        return null;
    }

    private boolean isOpen(String path) {
        return OPEN.contains(path)
                || path.startsWith("/login/")
                || (path.equals(METRICS) && access.get().openMetrics());
    }

    private boolean isTrusted(AdminRequest request) {
        var bearer = request.bearer();
        if (bearer != null) {
            var token = access.get().token();
            return token != null && token.equals(bearer);
        }
        return request.peer().isLoopbackAddress()
                && !request.forwarded()
                && LOOPBACK_NAMES.contains(hostOf(request.host()));
    }

    /** The host without its port; what is neither a name nor a literal stays as it is and fails. */
    private static String hostOf(String host) {
        var colon = host.lastIndexOf(':');
        var hasPort =
                colon > host.lastIndexOf(']') && host.substring(colon + 1).matches("\\d{1,5}");
        return hasPort ? host.substring(0, colon) : host;
    }
}
