package dev.sidekey.authorization;

import dev.sidekey.address.HostList;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.config.ImplicitUpstreams;
import dev.sidekey.config.SidekeyConfig;
import dev.sidekey.config.UpstreamConfig;
import dev.sidekey.credential.PendingLogin;
import dev.sidekey.grant.Grants;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The upstreams that are served, and the agents they are served to. Safe on every thread. */
final class Roster {
    private volatile Present present;

    /**
     * @param providers where people sign on for upstreams, in the form of upstreams
     */
    private record Present(
            Map<String, UpstreamConfig> upstreams,
            List<UpstreamConfig> providers,
            List<Principal> principals,
            HostList intercepted,
            ImplicitUpstreams implicit) {
        static Present of(SidekeyConfig config) {
            var providers =
                    config.upstreams().values().stream()
                            .map(Grants::signOn)
                            .filter(Objects::nonNull)
                            .distinct()
                            .toList();
            return new Present(
                    Map.copyOf(config.upstreams()),
                    providers,
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
        return agents instanceof AgentsConfig.Named named
                ? named.byName().keySet().stream().sorted().map(Principal::new).toList()
                : List.of(Principal.LOCAL);
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

    /** Whatever a login is for, an identity provider included; null when it is served no more. */
    @Nullable UpstreamConfig of(PendingLogin login) {
        for (var provider : present.providers()) {
            if (provider.name().equals(login.upstreamName())
                    && login.client().clientId().equals(provider.client().id())) {
                return provider;
            }
        }
        return named(login.upstreamName());
    }

    /**
     * Whose login comes back here, while another process on the same store began it: the upstream
     * that it goes by there may be none of ours, or ours may be another of the same name. Then it
     * is one with the defaults of all settings. Null for a login at an identity provider of others.
     */
    @Nullable UpstreamConfig ofAnyProcess(PendingLogin login) {
        var ours = of(login);
        if (ours != null && ours.url().equals(login.upstreamUrl())) {
            return ours;
        }
        var isSignOn = login.upstreamUrl().toString().equals(login.issuer());
        return isSignOn ? ours : present.implicit().named(login.upstreamUrl());
    }

    /** The upstream of a name or configured URL, or the identity provider of a URL; or null. */
    @Nullable UpstreamConfig find(String nameOrUrl) {
        var upstreams = present.upstreams();
        var named = upstreams.get(nameOrUrl);
        if (named != null) {
            return named;
        }
        return Stream.concat(present.providers().stream(), upstreams.values().stream())
                .filter(upstream ->
                        upstream.url().toString().equals(nameOrUrl)
                                || upstream.name().equals(nameOrUrl))
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

    /** Whose a slot is that goes by its URL; null where it is configured, or nobody's. */
    @Nullable Pair implied(Slot slot) {
        var now = present;
        var configured =
                now.upstreams().values().stream()
                        .anyMatch(one -> one.url().toString().equals(slot.upstreamUrl()));
        var upstream = configured ? null : implicit(slot.upstreamUrl());
        var principal = new Principal(Slot.agentOf(slot.account()));
        return upstream != null
                        && now.principals().contains(principal)
                        && Slot.of(upstream, principal).equals(slot)
                ? new Pair(upstream, principal)
                : null;
    }

    /**
     * What can be held: each upstream, and each session at an identity provider, for each agent.
     */
    List<Pair> all() {
        var all = new ArrayList<Pair>();
        var now = present;
        for (var upstream : now.upstreams().values()) {
            now.principals().forEach(principal -> all.add(new Pair(upstream, principal)));
        }
        for (var provider : now.providers()) {
            now.principals().forEach(principal -> all.add(new Pair(provider, principal)));
        }
        return all;
    }

    /** One upstream as one agent sees it. */
    record Pair(UpstreamConfig upstream, Principal principal) {}
}
