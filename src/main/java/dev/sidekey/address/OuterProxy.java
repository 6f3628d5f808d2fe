package dev.sidekey.address;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The proxy that Sidekey itself has to go through, by the usual environment variables: {@code
 * HTTPS_PROXY}, {@code http_proxy} (lower case only, as curl, since CGI sets the other), {@code
 * ALL_PROXY}, {@code NO_PROXY}. Loopback is never sent to it. Immutable.
 */
public final class OuterProxy {
    private final @Nullable URI secure;
    private final @Nullable URI plain;
    private final List<String> exceptions;

    private OuterProxy(@Nullable URI secure, @Nullable URI plain, List<String> exceptions) {
        this.secure = secure;
        this.plain = plain;
        this.exceptions = exceptions;
    }

    /** No outer proxy. */
    public static OuterProxy none() {
        return new OuterProxy(null, null, List.of());
    }

    /**
     * Reads the environment.
     *
     * @param isOwn tells whether an address is one of Sidekey's own listeners: then the variable
     *     was meant for the agent and is ignored
     * @param warnings receives a line for each variable that is ignored
     */
    public static OuterProxy of(
            Map<String, String> environment,
            Predicate<InetSocketAddress> isOwn,
            List<String> warnings) {
        var all = first(environment, "all_proxy", "ALL_PROXY");
        var https = first(environment, "https_proxy", "HTTPS_PROXY");
        var http = first(environment, "http_proxy");
        var exceptions = first(environment, "no_proxy", "NO_PROXY");
        return new OuterProxy(
                usable(https == null ? all : https, isOwn, warnings),
                usable(http == null ? all : http, isOwn, warnings),
                exceptions == null
                        ? List.of()
                        : List.of(exceptions.toLowerCase(Locale.ROOT).split("[,\\s]+")));
    }

    private static @Nullable String first(Map<String, String> environment, String... names) {
        for (var name : names) {
            var value = environment.get(name);
            if (value != null && !value.isBlank()) {
                return value.strip();
            }
        }
        return null;
    }

    private static @Nullable URI usable(
            @Nullable String value, Predicate<InetSocketAddress> isOwn, List<String> warnings) {
        if (value == null) {
            return null;
        }
        try {
            var uri = URI.create(value.contains("://") ? value : "http://" + value);
            if (uri.getHost() == null || !"http".equalsIgnoreCase(uri.getScheme())) {
                warnings.add("a proxy variable is ignored: only http:// proxies are spoken to");
                return null;
            }
            if (isOwn.test(InetSocketAddress.createUnresolved(uri.getHost(), port(uri)))) {
                warnings.add("a proxy variable is ignored: it points at Sidekey itself");
                return null;
            }
            return uri;
        } catch (IllegalArgumentException e) {
            warnings.add("a proxy variable is ignored: it is no URL");
            return null;
        }
    }

    private static int port(URI proxy) {
        return proxy.getPort() < 0 ? 80 : proxy.getPort();
    }

    /** Whether anything goes through a proxy at all. */
    public boolean isPresent() {
        return secure != null || plain != null;
    }

    /**
     * The proxy for a destination, with its user part if it has one; null for a direct connection.
     */
    public @Nullable URI forDestination(boolean tls, String host, int port) {
        var proxy = tls ? secure : plain;
        if (proxy == null || isLoopback(host) || isException(host.toLowerCase(Locale.ROOT), port)) {
            return null;
        }
        return proxy;
    }

    /**
     * What a proxy URL's user part is shown as (RFC 7617), for Proxy-Authorization; null when it
     * has none. The proxy's own, so never to be sent to a destination.
     */
    public static @Nullable String basic(URI proxy) {
        var user = proxy.getUserInfo();
        return user == null
                ? null
                : "Basic "
                        + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean isLoopback(String host) {
        var literal = HostLiteral.parse(host);
        return host.equalsIgnoreCase("localhost")
                || (literal != null && literal.isLoopbackAddress());
    }

    private boolean isException(String host, int port) {
        var literal = HostLiteral.parse(host);
        for (var entry : exceptions) {
            if (entry.equals("*")) {
                return true;
            }
            var cidr = Cidr.parse(entry);
            if (cidr != null) {
                if (literal != null && cidr.contains(literal)) {
                    return true;
                }
                continue;
            }
            if (matches(entry, host, port)) {
                return true;
            }
        }
        return false;
    }

    /** {@code example.com} and {@code .example.com} name the domain and all below it. */
    private static boolean matches(String entry, String host, int port) {
        var colon = entry.lastIndexOf(':');
        var withPort =
                colon > 0
                        && entry.indexOf(':') == colon
                        && entry.substring(colon + 1).matches("\\d+");
        if (withPort && Integer.parseInt(entry.substring(colon + 1)) != port) {
            return false;
        }
        var name = withPort ? entry.substring(0, colon) : entry;
        var bare =
                name.startsWith("*.")
                        ? name.substring(2)
                        : name.startsWith(".") ? name.substring(1) : name;
        return !bare.isEmpty() && (host.equals(bare) || host.endsWith("." + bare));
    }

    /** The same decision for blocking clients. */
    public ProxySelector selector() {
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI destination) {
                var tls = "https".equalsIgnoreCase(destination.getScheme());
                int port = destination.getPort() >= 0 ? destination.getPort() : tls ? 443 : 80;
                var proxy = forDestination(tls, destination.getHost(), port);
                var chosen = new ArrayList<Proxy>();
                chosen.add(
                        proxy == null
                                ? Proxy.NO_PROXY
                                : new Proxy(
                                        Proxy.Type.HTTP,
                                        new InetSocketAddress(proxy.getHost(), port(proxy))));
                return chosen;
            }

            @Override
            public void connectFailed(URI destination, SocketAddress proxy, IOException failure) {
                // the request itself fails and says so
            }
        };
    }
}
