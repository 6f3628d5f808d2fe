package dev.sidekey.authorization;

import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The upstreams that are served, and the agents they are served to. Safe on every thread. */
final class Roster {
    private volatile Present present;

    private record Present(Map<String, UpstreamConfig> upstreams, List<Principal> principals) {
        static Present of(SidekeyConfig config) {
            return new Present(Map.copyOf(config.upstreams()), Roster.principals(config.agents()));
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
        return present.upstreams().get(name);
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
                .orElse(null);
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
