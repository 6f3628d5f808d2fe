package dev.sidekey.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Defaults that depend on other settings or on the machine. */
final class ConfigDefaults {
    private ConfigDefaults() {}

    static void fill(ObjectNode tree, Map<String, String> environment) {
        if (!tree.has("state-dir")) {
            var state = environment.getOrDefault("XDG_STATE_HOME", "");
            tree.put("state-dir", (state.startsWith("/") ? state : "~/.local/state") + "/sidekey");
        }
        if (!tree.has("public-url")) {
            var admin = tree.path("admin-listen").asText("127.0.0.1:7071");
            var port = admin.substring(admin.lastIndexOf(':') + 1);
            tree.put("public-url", "http://127.0.0.1:" + port);
        }
    }
}
