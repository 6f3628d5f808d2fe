package dev.sidekey.launch;

import dev.sidekey.address.OuterProxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Whom a command reaches without Sidekey: loopback, and what its environment excepted already. An
 * entry that excepts an upstream is left out, since there the command has no token without Sidekey.
 *
 * @param entries as {@code NO_PROXY} takes them
 */
public record NoProxy(List<String> entries) {
    private static final List<String> LOOPBACK = List.of("localhost", "127.0.0.1", "::1");

    /** Copies the entries. */
    public NoProxy {
        entries = List.copyOf(entries);
    }

    /**
     * Decides.
     *
     * @param environment of the command, with the exceptions of an outer proxy
     * @param upstreams what must go through Sidekey
     * @param patterns hosts that must, too. An entry for some of a pattern's hosts stays: it is the
     *     narrower wish
     */
    public static NoProxy of(
            Map<String, String> environment,
            Collection<URI> upstreams,
            Collection<String> patterns) {
        var through = new ArrayList<>(upstreams);
        patterns.forEach(pattern -> addHost(through, pattern));
        var entries = new ArrayList<>(LOOPBACK);
        for (var name : List.of("no_proxy", "NO_PROXY")) {
            for (var entry : environment.getOrDefault(name, "").split("[,\\s]+", -1)) {
                if (!entry.isEmpty() && !entries.contains(entry)) {
                    entries.add(entry);
                }
            }
        }
        entries.removeIf(entry -> through.stream().anyMatch(url -> excepts(entry, url)));
        return new NoProxy(entries);
    }

    /** A host that the pattern stands for and that no entry names by chance. */
    private static void addHost(Collection<URI> through, String pattern) {
        var host = pattern.replace("*", "any-host-of-the-pattern");
        try {
            var url = new URI("https://" + host);
            if (url.getHost() != null) {
                through.add(url);
            }
        } catch (URISyntaxException e) {
            // a network: its hosts are known by name elsewhere
        }
    }

    private static boolean excepts(String entry, URI url) {
        var host = url.getHost();
        var isLoopback = LOOPBACK.contains(host) || host.equals("[::1]");
        if (isLoopback || LOOPBACK.contains(entry)) {
            // of these an outer proxy is never asked
            return isLoopback && (LOOPBACK.contains(entry) || entry.equals("*"));
        }
        var alone = Map.of("all_proxy", "http://proxy.invalid", "no_proxy", entry);
        var proxy = OuterProxy.of(alone, _ -> false, new ArrayList<>());
        int port = url.getPort() >= 0 ? url.getPort() : "http".equals(url.getScheme()) ? 80 : 443;
        return proxy.forDestination(true, host, port) == null;
    }

    /** For curl, Node, Python, Go and most others. */
    String list() {
        return String.join(",", entries);
    }

    /** For JVMs ({@code http.nonProxyHosts}), which know neither ports nor address ranges. */
    String patterns() {
        var patterns = new ArrayList<String>();
        for (var entry : entries) {
            if (entry.startsWith("*")) {
                patterns.add(entry);
            } else if (entry.startsWith(".")) {
                patterns.add("*" + entry);
            } else if (entry.equals("::1")) {
                patterns.add("[::1]");
            } else if (entry.equals("127.0.0.1")) {
                patterns.add("127.*");
            } else if (!entry.contains("/") && !entry.contains(":")) {
                patterns.add(entry);
                patterns.add("*." + entry);
            }
        }
        return String.join("|", patterns);
    }
}
