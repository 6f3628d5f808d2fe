package dev.sidekey.downstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out (X9, DNS rebinding): on a loopback listener the Host must be loopback with
 * the right port, and an Origin, which only browsers send, must be loopback too.
 */
final class LocalGuard {
    private final boolean loopback;
    private final String listenHost;

    /**
     * @param loopback whether the listener is on loopback
     * @param listenHost the configured host, which may also be named
     */
    LocalGuard(boolean loopback, String listenHost) {
        this.loopback = loopback;
        this.listenHost = listenHost.toLowerCase(Locale.ROOT);
    }

    /** Why a request to Sidekey's own address is refused, or null. */
    @Nullable String refusal(HttpRequest request, int port) {
        var origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin != null && !isLoopbackOrigin(origin)) {
            return "requests of web pages from elsewhere are refused (Origin)";
        }
        if (!loopback) {
            return null;
        }
        var host = Objects.requireNonNullElse(request.headers().get(HttpHeaderNames.HOST), "");
        return isMine(host, port) ? null : "the Host header does not name this listener";
    }

    private boolean isMine(String host, int port) {
        int colon = host.lastIndexOf(':');
        var hasPort = colon > host.lastIndexOf(']');
        if (hasPort && !host.substring(colon + 1).equals(Integer.toString(port))) {
            return false;
        }
        var name = (hasPort ? host.substring(0, colon) : host).toLowerCase(Locale.ROOT);
        return isLoopback(name) || name.equals(listenHost);
    }

    private static boolean isLoopbackOrigin(String origin) {
        try {
            var host = new URI(origin).getHost();
            return host != null && isLoopback(host.toLowerCase(Locale.ROOT));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.\\d{1,3}){3}");
    }
}
