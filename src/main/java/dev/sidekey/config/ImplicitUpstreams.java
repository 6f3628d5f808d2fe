package dev.sidekey.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Upstreams that nobody has configured: named by their URL, with the defaults of all settings and
 * what a provider profile says of their host. Immutable.
 */
public final class ImplicitUpstreams {
    private final ProviderProfiles profiles;

    private ImplicitUpstreams(ProviderProfiles profiles) {
        this.profiles = profiles;
    }

    /** With the profiles of a configuration, which has been checked. */
    public static ImplicitUpstreams of(SidekeyConfig config) {
        return new ImplicitUpstreams(ProviderProfiles.of(config, new Violations("profiles-file")));
    }

    /**
     * The upstream of a URL.
     *
     * @param url without query
     */
    public UpstreamConfig named(URI url) {
        var tree = JsonNodeFactory.instance.objectNode().put("url", url.toString());
        var binder = new RecordBinder(new Violations("defaults"), new SecretFiles(new HashMap<>()));
        var origins = new Origins(Map.of(), List.of(), profiles);
        var name = url.toString();
        var bound = binder.bind(UpstreamConfig.class, tree, "upstreams", name, origins);
        return profiles.atStart(
                Objects.requireNonNull(bound, "the defaults of an upstream are complete"));
    }
}
