package dev.sidekey.authorization;

import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upstreams that are served, and the agents they are served to. Safe on every thread. */
final class Roster {
    private final Map<String, UpstreamConfig> upstreams;
    private final List<Principal> principals;

    Roster(SidekeyConfig config) {
        this.upstreams = Map.copyOf(config.upstreams());
        this.principals = principals(config.agents());
    }

    private static List<Principal> principals(AgentsConfig agents) {
        return switch (agents) {
            case AgentsConfig.Everyone _ -> List.of(Principal.LOCAL);
            case AgentsConfig.Named named ->
                    named.byName().keySet().stream().sorted().map(Principal::new).toList();
        };
    }

    Collection<UpstreamConfig> upstreams() {
        return upstreams.values();
    }

    /** All agents that may come, by name; {@code local} alone where they are not told apart. */
    List<Principal> principals() {
        return principals;
    }

    /** The upstream of a name; null when there is none. */
    @Nullable UpstreamConfig named(String name) {
        return upstreams.get(name);
    }

    /** The upstream of a name or configured URL; null when there is none. */
    @Nullable UpstreamConfig find(String nameOrUrl) {
        var named = upstreams.get(nameOrUrl);
        if (named != null) {
            return named;
        }
        return upstreams.values().stream()
                .filter(upstream -> upstream.url().toString().equals(nameOrUrl))
                .findFirst()
                .orElse(null);
    }

    /** What can be held: each upstream for each agent. */
    List<Pair> all() {
        var all = new ArrayList<Pair>();
        for (var upstream : upstreams.values()) {
            principals.forEach(principal -> all.add(new Pair(upstream, principal)));
        }
        return all;
    }

    /** One upstream as one agent sees it. */
    record Pair(UpstreamConfig upstream, Principal principal) {}
}
