package dev.sidekey.config;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.oauth.Scopes;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** docs/configuration.md and docs/sidekey.schema.json, made from the records that are loaded. */
public final class ConfigReference {
    private static final JsonMapper JSON = new JsonMapper();

    private ConfigReference() {}

    /** The reference for people. */
    public static String markdown() {
        var page = new StringBuilder();
        page.append(
                """
                # Configuration

                Made from the configuration's own records by `make docs`. Every key is optional but an upstream's URL.
                A flag comes before the environment, the environment before the file (`--config`, else
                `~/.config/sidekey/sidekey.yaml`). `${NAME}` stands for a variable of the environment, `$${` for itself.
                Whatever is secret also comes as `KEY-file`. An editor finds the schema in
                [sidekey.schema.json](sidekey.schema.json), a person the flags in [commands.md](commands.md).

                | key | default | |
                | --- | --- | --- |
                """);
        rows(page, SidekeyConfig.class, "");
        return page.toString();
    }

    private static void rows(StringBuilder page, Class<?> type, String path) {
        for (var component : type.getRecordComponents()) {
            var setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                continue;
            }
            var key = RecordBinder.at(path, RecordShape.keyOf(component));
            if (component.isAnnotationPresent(Inline.class)) {
                rows(page, component.getType(), path);
                continue;
            }
            var shown =
                    SecretFiles.isSecret(component.getType()) ? key + "`, `" + key + "-file" : key;
            var fallback = setting.fallback().isEmpty() ? "" : "`" + setting.fallback() + "`";
            page.append("| `%s` | %s | %s |%n".formatted(shown, fallback, setting.doc()));
            if (component.getType().isRecord() && !Values.isSingle(component.getType())) {
                rows(page, component.getType(), key);
            } else if (isUpstreams(component)) {
                rows(page, UpstreamConfig.class, key + ".NAME");
            } else if (component.getType() == AgentsConfig.class) {
                rows(page, AgentConfig.class, key + ".NAME");
            }
        }
    }

    private static boolean isUpstreams(RecordComponent component) {
        return component.getGenericType() instanceof ParameterizedType generic
                && Arrays.asList(generic.getActualTypeArguments()).contains(UpstreamConfig.class);
    }

    /** The JSON Schema for editors. */
    public static String schema() {
        var schema = JSON.createObjectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "sidekey.yaml");
        section(schema, SidekeyConfig.class);
        return schema.toPrettyString() + "\n";
    }

    private static void section(ObjectNode schema, Class<?> type) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        properties(schema.putObject("properties"), type);
    }

    private static void properties(ObjectNode properties, Class<?> type) {
        for (var component : type.getRecordComponents()) {
            var setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                continue;
            }
            if (component.isAnnotationPresent(Inline.class)) {
                properties(properties, component.getType());
                continue;
            }
            var key = RecordShape.keyOf(component);
            var property = properties.putObject(key).put("description", setting.doc());
            describe(property, component);
            if (SecretFiles.isSecret(component.getType())) {
                properties
                        .putObject(key + "-file")
                        .put("description", "A file that holds it. " + setting.doc())
                        .put("type", "string");
            }
        }
    }

    private static void describe(ObjectNode property, RecordComponent component) {
        var type = component.getType();
        if (type.isEnum()) {
            var names = property.putArray("enum");
            for (var constant : type.getEnumConstants()) {
                names.add(Values.nameOf(constant));
            }
        } else if (type == boolean.class) {
            property.put("type", "boolean");
        } else if (type == List.class || type == Scopes.class) {
            property.putArray("type").add("array").add("string");
        } else if (isUpstreams(component)) {
            property.put("type", "object");
            var upstream = property.putObject("additionalProperties").putArray("anyOf");
            upstream.addObject().put("type", "string").put("format", "uri");
            section(upstream.addObject(), UpstreamConfig.class);
        } else if (type == AgentsConfig.class) {
            agents(property);
        } else if (type == Map.class) {
            property.put("type", "object").putObject("additionalProperties").put("type", "string");
        } else if (type.isRecord() && !Values.isSingle(type)) {
            section(property, type);
        } else {
            property.putArray("type").add("string").add("number");
        }
    }

    private static void agents(ObjectNode property) {
        var forms = property.putArray("anyOf");
        var words = forms.addObject().putArray("enum");
        for (var everyone : AgentsConfig.Everyone.values()) {
            words.add(Values.nameOf(everyone));
        }
        var named = forms.addObject().put("type", "object").putObject("additionalProperties");
        section(named, AgentConfig.class);
    }
}
