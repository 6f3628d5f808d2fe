package dev.sidekey.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.net.URI;
import java.util.Objects;

/** Upstreams that nobody has configured: named by their URL, with the defaults of all settings. */
public final class ImplicitUpstreams {
    private ImplicitUpstreams() {}

    /**
     * The upstream of a URL.
     *
     * @param url without query
     */
    public static UpstreamConfig of(URI url) {
        var tree = JsonNodeFactory.instance.objectNode().put("url", url.toString());
        var binder = new RecordBinder(new Violations("defaults"), new SecretFiles());
        var bound = binder.bind(UpstreamConfig.class, tree, "upstreams", url.toString());
        return Objects.requireNonNull(bound, "the defaults of an upstream are complete");
    }
}
