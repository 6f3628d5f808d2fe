package dev.sidekey.authorization;

import dev.sidekey.address.HostList;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.ImplicitUpstreams;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upstreams that are served, and the agents they are served to. Safe on every thread. */
final class Roster {
    private volatile Present present;

    private record Present(
            Map<String, UpstreamConfig> upstreams,
            List<Principal> principals,
            HostList intercepted,
            ImplicitUpstreams implicit) {
        static Present of(SidekeyConfig config) {
            return new Present(
                    Map.copyOf(config.upstreams()),
                    Roster.principals(config.agents()),
                    new HostList(config.egress().intercept()),
                    ImplicitUpstreams.of(config));
        }
    }

    Roster(SidekeyConfig config) {
        this.present = Present.of(config);
    }

    /** Becomes another, as a whole. */
    void become(SidekeyConfig config) {
        present = Present.of(config);
    }

    private static List<Principal> principals(AgentsConfig agents) {
        return switch (agents) {
            case AgentsConfig.Everyone _ -> List.of(Principal.LOCAL);
            case AgentsConfig.Named named ->
                    named.byName().keySet().stream().sorted().map(Principal::new).toList();
        };
    }

    /** All agents that may come, by name; {@code local} alone where they are not told apart. */
    List<Principal> principals() {
        return present.principals();
    }

    /** The upstream of a name; null when there is none. */
    @Nullable UpstreamConfig named(String name) {
        var configured = present.upstreams().get(name);
        return configured == null ? implicit(name) : configured;
    }

    /** The upstream of a name or configured URL; null when there is none. */
    @Nullable UpstreamConfig find(String nameOrUrl) {
        var upstreams = present.upstreams();
        var named = upstreams.get(nameOrUrl);
        if (named != null) {
            return named;
        }
        return upstreams.values().stream()
                .filter(upstream -> upstream.url().toString().equals(nameOrUrl))
                .findFirst()
                .orElseGet(() -> implicit(nameOrUrl));
    }

    /**
     * The upstream that goes by its URL on a host of {@code egress.intercept}: any process with the
     * same configuration knows it.
     */
    private @Nullable UpstreamConfig implicit(String name) {
        if (!name.startsWith("https://")) {
            return null;
        }
        try {
            var url = new URI(name);
            var port = url.getPort() < 0 ? 443 : url.getPort();
            var named =
                    url.getHost() != null
                            && present.intercepted().matches(url.getHost(), port, null);
            return named ? present.implicit().named(url) : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }

    /** What can be held: each upstream for each agent. */
    List<Pair> all() {
        var all = new ArrayList<Pair>();
        var now = present;
        for (var upstream : now.upstreams().values()) {
            now.principals().forEach(principal -> all.add(new Pair(upstream, principal)));
        }
        return all;
    }

    /** One upstream as one agent sees it. */
    record Pair(UpstreamConfig upstream, Principal principal) {}
}
