package dev.sidekey.downstream;

import dev.sidekey.config.AgentConfig;
import dev.sidekey.config.AgentsConfig;
import dev.sidekey.exchange.Agent;
import dev.sidekey.oauth.Secret;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Knows agents by the token they show: {@code Sidekey-Token}, or {@code Proxy-Authorization} as
 * Bearer or as Basic with the agent's name and token (RFC 7617), which is what {@code
 * http://NAME:TOKEN@host} in {@code HTTP_PROXY} becomes. Neither header is sent upstream. Every
 * token is compared, each in constant time, so that time tells nothing. Immutable.
 */
final class AgentGuard {
    static final AsciiString SIDEKEY_TOKEN = AsciiString.cached("sidekey-token");

    private final @Nullable List<Known> agents;
    private final @Nullable Secret proxyAuth;

    private record Known(Agent agent, String name, Secret token) {}

    AgentGuard(AgentsConfig agents, @Nullable Secret proxyAuth) {
        this.agents =
                agents instanceof AgentsConfig.Named named
                        ? named.byName().values().stream().map(AgentGuard::known).toList()
                        : null;
        this.proxyAuth = proxyAuth;
    }

    private static Known known(AgentConfig agent) {
        var token = Objects.requireNonNull(agent.token(), "checked when it was loaded");
        return new Known(Agent.named(agent.name()), agent.name(), token);
    }

    /** Who sends this; null for nobody that may. A wrong Sidekey-Token is not made good by more. */
    @Nullable Agent identify(HttpHeaders headers) {
        if (agents == null) {
            return Agent.LOCAL;
        }
        var token = headers.get(SIDEKEY_TOKEN);
        return token == null
                ? ofProxyAuthorization(agents, headers)
                : find(agents, null, Secret.of(token));
    }

    /** Only what tells who sends these. */
    static HttpHeaders shown(HttpHeaders headers) {
        var shown = new DefaultHttpHeaders();
        for (var name : List.of(SIDEKEY_TOKEN, HttpHeaderNames.PROXY_AUTHORIZATION)) {
            shown.set(name, headers.getAll(name));
        }
        return shown;
    }

    /**
     * Whether a forward client (absolute form, CONNECT) has shown what it must; else it gets 407.
     */
    boolean mayForward(HttpHeaders headers) {
        if (proxyAuth == null) {
            return identify(headers) != null;
        }
        var shown = credentials(headers, "Basic ");
        var decoded = shown == null ? null : decode(shown);
        return (decoded != null && proxyAuth.equals(Secret.of(decoded)))
                || (agents != null && ofProxyAuthorization(agents, headers) != null);
    }

    private static @Nullable Agent ofProxyAuthorization(List<Known> agents, HttpHeaders headers) {
        var bearer = credentials(headers, "Bearer ");
        if (bearer != null) {
            return find(agents, null, Secret.of(bearer));
        }
        var basic = credentials(headers, "Basic ");
        var decoded = basic == null ? null : decode(basic);
        var colon = decoded == null ? -1 : decoded.indexOf(':');
        return decoded == null || colon < 0
                ? null
                : find(
                        agents,
                        decoded.substring(0, colon),
                        Secret.of(decoded.substring(colon + 1)));
    }

    private static @Nullable Agent find(List<Known> agents, @Nullable String name, Secret token) {
        @Nullable Agent found = null;
        for (var known : agents) {
            var isToken = known.token.equals(token);
            if (isToken && (name == null || name.equals(known.name))) {
                found = known.agent;
            }
        }
        return found;
    }

    /** What follows the scheme in the one Proxy-Authorization; null when there is no such. */
    private static @Nullable String credentials(HttpHeaders headers, String scheme) {
        var shown = headers.get(HttpHeaderNames.PROXY_AUTHORIZATION);
        return shown != null && shown.regionMatches(true, 0, scheme, 0, scheme.length())
                ? shown.substring(scheme.length()).strip()
                : null;
    }

    private static @Nullable String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
