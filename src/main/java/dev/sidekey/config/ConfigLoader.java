package dev.sidekey.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From flags, environment and file to a checked configuration, or to everything that is wrong. */
public final class ConfigLoader {
    private ConfigLoader() {}

    /**
     * One setting said outside the file, and before it in rank.
     *
     * @param path key by key, such as {@code upstreams}, {@code default}, {@code url}
     * @param value as it would be written in the file; several for a list
     * @param source for violations, such as {@code --listen} or {@code SIDEKEY_LISTEN}
     */
    public record Said(List<String> path, List<String> value, String source) {

        /** One value for a key whose parts hold no dot. */
        public static Said of(String key, String value, String source) {
            return new Said(List.of(key.split("\\.", -1)), List.of(value), source);
        }

        /** The whole key, such as {@code upstreams.default.url}. */
        public String key() {
            return String.join(".", path);
        }
    }

    /**
     * Loads the configuration. Blocks on the files it names.
     *
     * @param said flags and variables
     * @param environment for {@code ${NAME}} and defaults
     * @param file sidekey.yaml; null for none
     * @throws ConfigException with every violation
     */
    public static SidekeyConfig load(
            List<Said> said, Map<String, String> environment, @Nullable Path file)
            throws ConfigException {
        return load(said, environment, file, (upstream, complaints) -> {});
    }

    /**
     * The same, with what other rooms ask of an upstream.
     *
     * @param check asked once for each upstream
     */
    public static SidekeyConfig load(
            List<Said> said,
            Map<String, String> environment,
            @Nullable Path file,
            UpstreamCheck check)
            throws ConfigException {
        var violations = new Violations(file == null ? "configuration" : file.toString());
        var tree =
                file == null
                        ? JsonNodeFactory.instance.objectNode()
                        : YamlTree.read(file, violations);
        new Expansion(environment, violations).expand(tree, "");
        for (var one : said) {
            put(tree, one);
            violations.saidBy(one.key(), one.source());
        }
        ConfigDefaults.fill(tree, environment);
        var binder = new RecordBinder(violations, new SecretFiles());
        var config = binder.bind(SidekeyConfig.class, tree, "");
        if (config == null) {
            // these two have no fallback of their own; with them the checks can still see the rest
            ConfigDefaults.refill(tree, environment);
            config = binder.bind(SidekeyConfig.class, tree, "");
        }
        if (config != null) {
            config = Profiled.config(config, tree.path("upstreams"), violations);
            new ConfigChecks(violations, check).check(config);
        }
        if (!violations.isEmpty()) {
            throw new ConfigException(violations.all());
        }
        if (config == null) {
            throw new IllegalStateException("a configuration without violations is complete");
        }
        return config;
    }

    private static void put(ObjectNode tree, Said said) {
        var section = tree;
        for (int i = 0; i < said.path().size() - 1; i++) {
            var part = said.path().get(i);
            var next = section.get(part);
            if (next != null && next.isTextual() && i == 1) {
                // the short form of an upstream grows to the long one
                next = section.putObject(part).put("url", next.textValue());
            }
            section = next instanceof ObjectNode object ? object : section.putObject(part);
        }
        var last = said.path().getLast();
        // what is said outside replaces the file's secret, too, in either form
        section.remove(
                last.endsWith("-file") ? last.substring(0, last.length() - 5) : last + "-file");
        if (said.value().size() == 1) {
            section.put(last, said.value().getFirst());
        } else {
            said.value().forEach(section.putArray(last)::add);
        }
    }
}
