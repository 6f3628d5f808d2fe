package dev.sidekey.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Defaults that depend on other settings or on the machine. */
final class ConfigDefaults {
    private ConfigDefaults() {}

    static void fill(ObjectNode tree, Map<String, String> environment) {
        if (!tree.hasNonNull("state-dir")) {
            var state = environment.getOrDefault("XDG_STATE_HOME", "");
            tree.put("state-dir", (state.startsWith("/") ? state : "~/.local/state") + "/sidekey");
        }
        if (!tree.hasNonNull("public-url")) {
            var admin = tree.path("admin-listen").asText("127.0.0.1:7071");
            var port = admin.substring(admin.lastIndexOf(':') + 1);
            // what is no port is said where admin-listen is read
            tree.put("public-url", "http://127.0.0.1:" + (port.matches("\\d+") ? port : "7071"));
        }
    }

    /** Puts them in place of values that are not understood. */
    static void refill(ObjectNode tree, Map<String, String> environment) {
        tree.remove(List.of("state-dir", "public-url"));
        fill(tree, environment);
    }
}
