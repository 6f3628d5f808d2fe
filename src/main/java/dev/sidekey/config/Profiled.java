package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;

/** Notes where each upstream's settings came from, and puts provider profiles under them. */
final class Profiled {
    private Profiled() {}

    /**
     * The same configuration with what is known of its upstreams before any request.
     *
     * @param upstreams the tree that they were read from
     */
    static SidekeyConfig config(SidekeyConfig config, JsonNode upstreams, Violations violations) {
        var profiles = ProviderProfiles.of(config, violations);
        var profiled = new LinkedHashMap<String, UpstreamConfig>();
        config.upstreams()
                .forEach((name, upstream) -> {
                    var said = new LinkedHashMap<String, String>();
                    ProviderProfiles.leaves(upstreams.path(name), "", said);
                    said.replaceAll(
                            (key, _) -> violations.sourceOf("upstreams." + name + "." + key));
                    var origins = new Origins(said, List.of(), profiles);
                    profiled.put(name, profiles.atStart(upstream.with(origins)));
                });
        return Records.with(config, "upstreams", profiled);
    }
}
