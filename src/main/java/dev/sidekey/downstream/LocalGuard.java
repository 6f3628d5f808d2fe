package dev.sidekey.downstream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages out (X9, DNS rebinding): on a loopback listener the Host must be loopback with
 * the right port, and an Origin, which only browsers send, must be loopback too.
 */
final class LocalGuard {
    private static final Pattern LOOPBACK = Pattern.compile("127(\\.\\d{1,3}){3}");

    private final boolean loopback;
    private final String listenHost;

    /** Agents send one and the same Host all day. Benign races: each value is whole. */
    private @Nullable Named lastMine;

    private record Named(String host, int port) {}

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
        var known = lastMine;
        if (known != null && known.port == port && known.host.equals(host)) {
            return true;
        }
        var mine = names(host, port);
        lastMine = mine ? new Named(host, port) : known;
        return mine;
    }

    private boolean names(String host, int port) {
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
        return host.equals("localhost") || host.equals("[::1]") || LOOPBACK.matcher(host).matches();
    }
}
