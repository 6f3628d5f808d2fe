package dev.sidekey.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** From flags, environment and file to a checked configuration, or to everything that is wrong. */
public final class ConfigLoader {
    private static final YAMLMapper YAML =
            YAMLMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

    private ConfigLoader() {}

    /**
     * One setting said outside the file, and before it in rank.
     *
     * @param key whole key, such as {@code upstreams.default.url}; a name within may hold no dot
     * @param value as it would be written in the file; several for a list
     * @param source for violations, such as {@code --listen}
     */
    public record Said(String key, List<String> value, String source) {}

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
        var violations = new Violations(file == null ? "configuration" : file.toString());
        var tree = read(file, violations);
        new Expansion(environment, violations).expand(tree, "");
        for (var one : said) {
            put(tree, one);
            violations.saidBy(one.key(), one.source());
        }
        ConfigDefaults.fill(tree, environment);
        var binder = new RecordBinder(violations, new SecretFiles());
        var config = binder.bind(SidekeyConfig.class, tree, "");
        if (config != null) {
            new ConfigChecks(violations).check(config);
        }
        if (!violations.isEmpty()) {
            throw new ConfigException(violations.all());
        }
        if (config == null) {
            throw new IllegalStateException("a configuration without violations is complete");
        }
        return config;
    }

    private static ObjectNode read(@Nullable Path file, Violations violations) {
        if (file == null) {
            return YAML.createObjectNode();
        }
        try {
            JsonNode tree = YAML.readTree(Files.readString(file));
            if (tree == null || tree.isMissingNode() || tree.isNull()) {
                return YAML.createObjectNode();
            }
            if (tree instanceof ObjectNode object) {
                return object;
            }
            violations.add("(whole file)", null, "is not a section", "Write keys and values.");
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            violations.add(
                    "line " + (place == null ? "?" : place.getLineNr()),
                    null,
                    "is not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""),
                    "Correct the file.");
        } catch (IOException e) {
            violations.add(
                    "(whole file)",
                    null,
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check the path given with --config.");
        }
        return YAML.createObjectNode();
    }

    private static void put(ObjectNode tree, Said said) {
        var parts = said.key().split("\\.", -1);
        var section = tree;
        for (int i = 0; i < parts.length - 1; i++) {
            var next = section.get(parts[i]);
            if (next != null && next.isTextual() && i == 1) {
                // the short form of an upstream grows to the long one
                next = section.putObject(parts[i]).put("url", next.textValue());
            }
            section = next instanceof ObjectNode object ? object : section.putObject(parts[i]);
        }
        var last = parts[parts.length - 1];
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
