package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All provider profiles: those in the jar, and the user's, which come first and replace one of the
 * same name. Immutable; safe on every thread.
 */
public final class ProviderProfiles {
    /** {@code profile: none} puts nothing under an upstream. */
    static final String NONE = "none";

    /** What a profile may set: what differs by provider, and nothing of the operator's own. */
    private static final Set<String> FOR_PROFILES =
            Set.of(
                    "client.auth-method",
                    "client.assertion-audience",
                    "registration.scope",
                    "registration.extra",
                    "scopes",
                    "scope-parameter",
                    "token-member",
                    "resource",
                    "authorize-params",
                    "accept-issuers",
                    "assume-pkce",
                    "refresh-scope",
                    "prompt",
                    "transport",
                    "metadata",
                    "step-up",
                    "dpop");

    private static final String RESOURCE = "profiles.yaml";
    private static final ProviderProfiles SHIPPED = new ProviderProfiles(readShipped());

    private final Map<String, ProviderProfile> byName;

    private ProviderProfiles(Map<String, ProviderProfile> byName) {
        this.byName = byName;
    }

    /** Those in the jar. */
    public static ProviderProfiles shipped() {
        return SHIPPED;
    }

    /** The user's, if the configuration names a file of them, and those in the jar. */
    static ProviderProfiles of(SidekeyConfig config, Violations violations) {
        var file = config.profilesFile();
        return file == null ? shipped() : with(file, violations);
    }

    /** The user's and those in the jar; what is wrong with the file is said. */
    private static ProviderProfiles with(Path file, Violations violations) {
        var found = new Violations(file.toString());
        var all = read(YamlTree.read(file, found), found);
        SHIPPED.byName.forEach(all::putIfAbsent);
        violations.addAll("profiles-file", found);
        return new ProviderProfiles(all);
    }

    private static Map<String, ProviderProfile> readShipped() {
        var violations = new Violations(RESOURCE);
        try (var in = ProviderProfiles.class.getResourceAsStream("/" + RESOURCE)) {
            var text = Objects.requireNonNull(in, RESOURCE).readAllBytes();
            var tree = YamlTree.parse(new String(text, StandardCharsets.UTF_8), violations);
            var profiles = read(tree, violations);
            if (!violations.isEmpty()) {
                throw new IllegalStateException("in the jar: " + violations.all());
            }
            return profiles;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, ProviderProfile> read(ObjectNode tree, Violations violations) {
        var profiles = new LinkedHashMap<String, ProviderProfile>();
        for (var entry : tree.properties()) {
            var name = entry.getKey();
            if (!(entry.getValue() instanceof ObjectNode section) || name.equals(NONE)) {
                violations.add(name, null, "is no profile", "Write its keys below a name.");
                continue;
            }
            var profile = profile(name, section, violations);
            if (profile != null) {
                profiles.put(name, profile);
            }
        }
        return profiles;
    }

    private static @Nullable ProviderProfile profile(
            String name, ObjectNode section, Violations violations) {
        var binder = new RecordBinder(violations, new SecretFiles(new HashMap<>()));
        var tree = section.remove("settings");
        var settings = tree instanceof ObjectNode own ? own : JsonNodeFactory.instance.objectNode();
        var said = new LinkedHashMap<String, String>();
        leaves(settings, "", said);
        settings.put("url", "https://profile.invalid/");
        var bound =
                binder.bind(
                        UpstreamConfig.class,
                        settings,
                        name + ".settings",
                        name,
                        new Origins(Map.of(), List.of(), new ProviderProfiles(Map.of())));
        for (var key : said.keySet()) {
            if (!isForProfiles(key)) {
                violations.add(
                        name + ".settings." + key,
                        null,
                        "is not for profiles",
                        "Say it in the upstream itself.");
            }
        }
        return bound == null
                ? null
                : binder.bind(
                        ProviderProfile.class,
                        section,
                        name,
                        name,
                        bound,
                        Collections.unmodifiableMap(said));
    }

    /** Whether a profile may set it. */
    static boolean isForProfiles(String key) {
        return FOR_PROFILES.stream().anyMatch(one -> key.equals(one) || key.startsWith(one + "."));
    }

    /** The keys of a tree that hold a value, with the value as it was written. */
    static void leaves(JsonNode node, String path, Map<String, String> found) {
        if (node instanceof ObjectNode object && !object.isEmpty()) {
            object.properties()
                    .forEach(entry ->
                            leaves(entry.getValue(), RecordBinder.at(path, entry.getKey()), found));
        } else if (!path.isEmpty() && !node.isNull()) {
            found.put(path, node.isValueNode() ? node.asText() : node.toString());
        }
    }

    /** The names, for {@code profile}. */
    Collection<String> names() {
        return byName.keySet();
    }

    /** All of them, as a person reads them. */
    public List<ProfileView> views() {
        return byName.values().stream().map(ProviderProfile::view).toList();
    }

    /** The one of a name; null when there is none. */
    public @Nullable ProfileView view(String name) {
        var profile = byName.get(name);
        return profile == null ? null : profile.view();
    }

    /**
     * An upstream with what is known before any request: the profile that it names, else those of
     * its host.
     */
    public UpstreamConfig atStart(UpstreamConfig upstream) {
        var named = upstream.profile();
        if (named != null) {
            var profile = byName.get(named);
            return profile == null ? upstream : Overlay.under(upstream, profile);
        }
        var host = Objects.requireNonNullElse(upstream.url().getHost(), "");
        return under(upstream, byName.values().stream().filter(p -> p.isOfHost(host)).toList());
    }

    /** The same with the profiles of an issuer, unless the operator named one. */
    UpstreamConfig at(UpstreamConfig upstream, String issuer) {
        return upstream.profile() != null
                ? upstream
                : under(
                        upstream,
                        byName.values().stream().filter(p -> p.isOfIssuer(issuer)).toList());
    }

    private static UpstreamConfig under(UpstreamConfig upstream, List<ProviderProfile> profiles) {
        var merged = upstream;
        for (var profile : profiles) {
            if (!merged.origins().applied().contains(profile.name())) {
                merged = Overlay.under(merged, profile);
            }
        }
        return merged;
    }
}
