package dev.sidekey.config;

import dev.sidekey.oauth.Secret;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether everyone who may use this Sidekey can be told apart from everyone who may not. */
final class AgentChecks {
    private final Violations violations;

    AgentChecks(Violations violations) {
        this.violations = violations;
    }

    void check(SidekeyConfig config) {
        if (config.agents() instanceof AgentsConfig.Named named) {
            checkNamed(named);
        } else if (config.agents() != AgentsConfig.Everyone.OPEN
                && !ConfigChecks.isLoopback(config.listen().host())
                && !violations.has("agents")) {
            violations.add(
                    "listen",
                    config.listen().toString(),
                    "is not loopback: whoever reaches it would use your credentials",
                    "Listen on 127.0.0.1, name the agents that may use it (agents: { NAME: {"
                            + " token-file: … } }), or say 'agents: open' if anyone may.");
        }
        var proxy = config.proxyAuth();
        if (proxy != null && !proxy.isUserAndPassword()) {
            violations.add("proxy-auth", null, "is no user and password", "Write user:password.");
        }
    }

    private void checkNamed(AgentsConfig.Named named) {
        if (named.byName().isEmpty()) {
            violations.add(
                    "agents", null, "names nobody", "Name an agent, or write local or open.");
        }
        var seen = new LinkedHashMap<String, Secret>();
        for (var agent : named.byName().values()) {
            var key = "agents." + agent.name();
            if (!agent.name().matches("[a-z0-9][a-z0-9._-]*")) {
                violations.add(
                        key, agent.name(), "is no name for an agent", "Use a-z, 0-9, ., - and _.");
            }
            checkToken(key, agent.token(), seen);
            if (agent.token() != null) {
                seen.put(agent.name(), agent.token());
            }
        }
    }

    private void checkToken(String key, @Nullable Secret token, Map<String, Secret> seen) {
        if (token == null) {
            if (!violations.has(key + ".token") && !violations.has(key + ".token-file")) {
                violations.add(key + ".token", null, "is missing", "Set it, or token-file.");
            }
            return;
        }
        seen.forEach((name, other) -> {
            if (other.equals(token)) {
                violations.add(
                        key + ".token",
                        null,
                        "is the token of " + name + ", too",
                        "Give each agent its own.");
            }
        });
    }
}
