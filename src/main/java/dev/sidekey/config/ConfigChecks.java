package dev.sidekey.config;

import java.net.URI;
import java.util.TreeSet;

/** What a single value cannot tell: rules between settings. */
final class ConfigChecks {
    private final Violations violations;
    private final UpstreamCheck upstreamCheck;

    /**
     * @param upstreamCheck what other rooms ask of an upstream
     */
    ConfigChecks(Violations violations, UpstreamCheck upstreamCheck) {
        this.violations = violations;
        this.upstreamCheck = upstreamCheck;
    }

    void check(SidekeyConfig config) {
        checkListeners(config);
        new AgentChecks(violations).check(config);
        new BoundChecks(violations).check(config);
        new StoreChecks(violations).check(config.store());
        if (!isHttp(config.publicUrl())) {
            violations.add(
                    "public-url",
                    config.publicUrl().toString(),
                    "is no web address",
                    "Write http://… or https://….");
        }
        checkReady(config);
        for (var upstream : config.upstreams().values()) {
            checkUpstream(config, upstream);
        }
    }

    private void checkListeners(SidekeyConfig config) {
        var read = !violations.has("listen") && !violations.has("admin-listen");
        if (read && config.listen().port() != 0 && config.listen().equals(config.adminListen())) {
            violations.add(
                    "admin-listen",
                    config.adminListen().toString(),
                    "is the same as listen",
                    "Give the two listeners different ports.");
        }
    }

    private void checkReady(SidekeyConfig config) {
        for (var name : config.ready().requireAuthenticated()) {
            if (!config.upstreams().containsKey(name)) {
                violations.add(
                        "ready.require-authenticated",
                        name,
                        "is no upstream",
                        "Name one of upstreams: "
                                + String.join(", ", config.upstreams().keySet())
                                + ".");
            }
        }
    }

    private void checkUpstream(SidekeyConfig config, UpstreamConfig upstream) {
        var path = "upstreams." + upstream.name();
        if (!upstream.name().matches("[a-z0-9][a-z0-9_-]*")) {
            violations.add(
                    path, upstream.name(), "is no name for a route", "Use a-z, 0-9, - and _.");
        }
        checkUrl(config, upstream.url(), path + ".url");
        checkProfile(upstream, path + ".profile");
        upstreamCheck.check(
                upstream,
                (key, value, problem, remedy) ->
                        violations.addUnlessBelow(path + "." + key, value, problem, remedy));
        var resource = upstream.resource();
        if (!resource.equals("auto") && !resource.equals("none") && !resource.contains(":")) {
            violations.add(
                    path + ".resource", resource, "is no resource", "Write auto, none or a URI.");
        }
        if (upstream.client().id() == null && upstream.client().secret() != null) {
            violations.add(
                    path + ".client.secret", null, "belongs to no client", "Set client.id, too.");
        }
        var document = upstream.client().metadataUrl();
        if (document != null && !"https".equals(document.getScheme())) {
            violations.add(
                    path + ".client.metadata-url",
                    document.toString(),
                    "is not https",
                    "A client id metadata document has an https URL.");
        }
    }

    private void checkProfile(UpstreamConfig upstream, String key) {
        var name = upstream.profile();
        var known = new TreeSet<>(upstream.origins().profiles().names());
        if (name == null || name.equals(ProviderProfiles.NONE) || known.contains(name)) {
            return;
        }
        var near = Nearest.to(name, known);
        violations.add(
                key,
                name,
                "is not a known profile",
                near == null
                        ? "Known: " + String.join(", ", known) + "."
                        : "Did you mean '" + near + "'?");
    }

    private void checkUrl(SidekeyConfig config, URI url, String key) {
        if (!isHttp(url)
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null) {
            violations.add(
                    key,
                    url.getRawUserInfo() == null ? url.toString() : null,
                    "is no upstream",
                    "Write https://HOST/PATH without user and fragment.");
        } else if ("http".equalsIgnoreCase(url.getScheme()) && !mayBePlain(config, url)) {
            int port = url.getPort() < 0 ? 80 : url.getPort();
            violations.add(
                    key,
                    url.toString(),
                    "would carry tokens without TLS",
                    "Use https, or list " + url.getHost() + ":" + port + " in insecure-http.");
        }
    }

    private static boolean mayBePlain(SidekeyConfig config, URI url) {
        int port = url.getPort() < 0 ? 80 : url.getPort();
        var host = url.getHost();
        return isLoopback(host)
                || config.insecureHttp().stream()
                        .anyMatch(one -> one.host().equalsIgnoreCase(host) && one.port() == port);
    }

    private static boolean isHttp(URI url) {
        return "http".equalsIgnoreCase(url.getScheme())
                || "https".equalsIgnoreCase(url.getScheme());
    }

    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.matches("127(\\.\\d{1,3}){3}")
                || host.equals("::1")
                || host.equals("[::1]");
    }
}
