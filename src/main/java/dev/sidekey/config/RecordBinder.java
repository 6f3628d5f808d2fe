package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sidekey.config.RecordShape.Part;
import dev.sidekey.oauth.Scopes;
import dev.sidekey.oauth.Secret;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of a tree: the component's name in kebab case is the key, its type says how the
 * value is read. Collects what is wrong and goes on.
 */
final class RecordBinder {
    private final Violations violations;
    private final SecretFiles secrets;

    RecordBinder(Violations violations, SecretFiles secrets) {
        this.violations = violations;
        this.secrets = secrets;
    }

    /**
     * Binds a tree.
     *
     * @param path the tree's own key, empty for the whole
     * @param given values of components that are no settings, in their order
     */
    <T> @Nullable T bind(Class<T> type, JsonNode tree, String path, Object... given) {
        if (!tree.isObject()) {
            violations.add(path, null, "is not a section", "Write its keys below it.");
            return null;
        }
        refuseUnknown(type, tree, path);
        return components(type, tree, path, given);
    }

    private <T> @Nullable T components(Class<T> type, JsonNode tree, String path, Object... given) {
        var parts = RecordShape.of(type).parts();
        var values = new @Nullable Object[parts.size()];
        int used = 0;
        for (int i = 0; i < values.length; i++) {
            var setting = parts.get(i).setting();
            values[i] =
                    setting == null ? given[used++] : component(parts.get(i), setting, tree, path);
        }
        return make(type, values);
    }

    private void refuseUnknown(Class<?> type, JsonNode tree, String path) {
        var known = RecordShape.of(type).keys();
        tree.fieldNames()
                .forEachRemaining(name -> {
                    if (!known.contains(name)) {
                        var near = Nearest.to(name, known);
                        violations.add(
                                at(path, name),
                                null,
                                "is not a known key",
                                near == null
                                        ? "Known here: " + String.join(", ", known) + "."
                                        : "Did you mean '" + near + "'?");
                    }
                });
    }

    private @Nullable Object component(Part part, Setting setting, JsonNode tree, String path) {
        var key = part.key();
        var type = part.type();
        if (part.inline()) {
            return components(type, tree, path);
        }
        if (type == Secret.class) {
            return secrets.read(tree, path, key, violations);
        }
        if (type == SecretSource.class) {
            return secrets.source(tree, path, key, violations);
        }
        var node = tree.get(key);
        if (node != null && !node.isNull()) {
            var value = value(part.generic(), type, node, at(path, key));
            if (value != null) {
                return value;
            }
        }
        // also after a violation, so that the checks see all the rest
        var other = fallback(part, setting);
        if (other == null && !part.nullable()) {
            violations.add(at(path, key), null, "is missing", "Set it.");
        }
        return other == null ? null : value(part.generic(), type, other, at(path, key));
    }

    /** A setting that is not there: what stands for it, or nothing. */
    private static @Nullable JsonNode fallback(Part part, Setting setting) {
        var factory = JsonNodeFactory.instance;
        var type = part.type();
        if (type.isRecord() && !Values.isSingle(type)) {
            return factory.objectNode();
        }
        if (type == List.class) {
            return factory.arrayNode();
        }
        if (type == Map.class) {
            return factory.objectNode();
        }
        var written = setting.fallback();
        var none = written.isEmpty() && type != Scopes.class;
        return none || (written.isEmpty() && part.nullable()) ? null : factory.textNode(written);
    }

    private @Nullable Object value(Type generic, Class<?> type, JsonNode node, String path) {
        if (type == Scopes.class && node.isArray()) {
            return Scopes.of(list(String.class, node, path).stream().map(String::valueOf).toList());
        }
        if (Values.isSingle(type)) {
            return single(type, node, path);
        }
        if (type == List.class) {
            return list(argument(generic, 0), node, path);
        }
        if (type == Map.class) {
            return map(argument(generic, 1), node, path);
        }
        if (type == AgentsConfig.class) {
            return agents(node, path);
        }
        return bind(type, node, path);
    }

    private static Class<?> argument(Type generic, int index) {
        return (Class<?>) ((ParameterizedType) generic).getActualTypeArguments()[index];
    }

    private @Nullable Object single(Class<?> type, JsonNode node, String path) {
        if (!node.isValueNode()) {
            violations.add(path, null, "is not a single value", "Write one value.");
            return null;
        }
        try {
            return Values.read(type, node.asText());
        } catch (IllegalArgumentException e) {
            violations.add(
                    path, node.asText(), "is not understood", "Write " + e.getMessage() + ".");
            return null;
        }
    }

    private List<Object> list(Class<?> element, JsonNode node, String path) {
        var values = new ArrayList<Object>();
        if (node.isValueNode()) {
            add(values, single(element, node, path)); // one value in place of a list
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                add(values, single(element, node.get(i), path + "[" + i + "]"));
            }
        } else {
            violations.add(path, null, "is not a list", "Write [one, another].");
        }
        return List.copyOf(values);
    }

    private static void add(List<Object> values, @Nullable Object value) {
        if (value != null) {
            values.add(value);
        }
    }

    private Map<String, Object> map(Class<?> element, JsonNode node, String path) {
        var values = new LinkedHashMap<String, Object>();
        if (!node.isObject()) {
            violations.add(path, null, "is not a section", "Write its keys below it.");
            return values;
        }
        for (var entry : node.properties()) {
            var name = entry.getKey();
            var value =
                    element.isRecord()
                            ? bind(
                                    element,
                                    longForm(element, entry.getValue()),
                                    at(path, name),
                                    name,
                                    Origins.none())
                            : single(element, entry.getValue(), at(path, name));
            if (value != null) {
                values.put(name, value);
            }
        }
        return values;
    }

    /** One word for everyone, or a section that names them. */
    private @Nullable Object agents(JsonNode node, String path) {
        if (node.isValueNode()) {
            return single(AgentsConfig.Everyone.class, node, path);
        }
        var named = new LinkedHashMap<String, AgentConfig>();
        map(AgentConfig.class, node, path)
                .forEach((name, agent) -> named.put(name, (AgentConfig) agent));
        return new AgentsConfig.Named(named);
    }

    /** The short form {@code name: URL} of an upstream. */
    private static JsonNode longForm(Class<?> element, JsonNode node) {
        if (element != UpstreamConfig.class || !node.isTextual()) {
            return node;
        }
        ObjectNode section = JsonNodeFactory.instance.objectNode();
        return section.set("url", node);
    }

    private <T> @Nullable T make(Class<T> type, @Nullable Object[] values) {
        var shape = RecordShape.of(type);
        for (int i = 0; i < values.length; i++) {
            var part = shape.parts().get(i);
            var absent = values[i] == null && (part.type().isPrimitive() || !part.nullable());
            if (absent) {
                return null; // said already where it was read
            }
        }
        try {
            return type.cast(shape.maker().newInstance(values));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("a configuration record checks nothing itself", e);
        }
    }

    static String at(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }
}
