package dev.sidekey.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads YAML as it is written: every value stays text, so that the client id {@code 0123} keeps its
 * zero, and each key's line is noted for violations.
 */
final class YamlTree {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final YAMLFactory YAML =
            YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private final YAMLParser parser;
    private final Violations violations;

    private YamlTree(YAMLParser parser, Violations violations) {
        this.parser = parser;
        this.violations = violations;
    }

    /** The file's tree; an empty one when it cannot be read, which is said. */
    static ObjectNode read(Path file, Violations violations) {
        try {
            return parse(Files.readString(file), violations);
        } catch (IOException e) {
            violations.add(
                    "(whole file)",
                    null,
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check the path given with --config or profiles-file.");
        }
        return NODES.objectNode();
    }

    /** The tree of a text; an empty one when it is none, which is said. */
    static ObjectNode parse(String text, Violations violations) throws IOException {
        try (var parser = YAML.createParser(text)) {
            return new YamlTree(parser, violations).whole();
        } catch (JsonProcessingException e) {
            var place = e.getLocation();
            violations.add(
                    "line " + (place == null ? "?" : place.getLineNr()),
                    null,
                    "is not YAML" + reason(e),
                    "Correct the file.");
        }
        return NODES.objectNode();
    }

    /** Only words known to quote no value: what is broken may be the line of a secret. */
    private static String reason(JsonProcessingException e) {
        var first = e.getOriginalMessage().lines().findFirst().orElse("");
        return first.startsWith("while ") || first.startsWith("Duplicate field")
                ? ": " + first
                : "";
    }

    private ObjectNode whole() throws IOException {
        var isEmpty =
                parser.nextToken() == null
                        || (parser.currentToken().isScalarValue() && text("").isNull());
        if (isEmpty) {
            return NODES.objectNode();
        }
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            violations.add("(whole file)", null, "is not a section", "Write keys and values.");
            return NODES.objectNode();
        }
        var tree = object("");
        if (parser.nextToken() != null) {
            violations.add(
                    "(whole file)", null, "has a second document", "Keep what is before the ---.");
        }
        return tree;
    }

    private JsonNode node(String path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(path);
            case START_ARRAY -> array(path);
            default -> text(path);
        };
    }

    private ObjectNode object(String path) throws IOException {
        var object = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            var name = parser.currentName();
            var at = RecordBinder.at(path, name);
            violations.foundAt(at, parser.currentTokenLocation().getLineNr());
            parser.nextToken();
            object.set(name, node(at));
        }
        return object;
    }

    private ArrayNode array(String path) throws IOException {
        var array = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            var at = path + "[" + array.size() + "]";
            violations.foundAt(at, parser.currentTokenLocation().getLineNr());
            array.add(node(at));
        }
        return array;
    }

    @SuppressWarnings("deprecation") // the parser has no other way to tell an alias from text
    private JsonNode text(String path) throws IOException {
        if (parser.isCurrentAlias()) {
            violations.add(
                    path,
                    null,
                    "is a YAML alias",
                    "Write the value, in quotes if it begins with *.");
            return NODES.nullNode();
        }
        // a key with nothing after it is as if it were not there
        var text = parser.getText();
        return text.isEmpty() || parser.currentToken() == JsonToken.VALUE_NULL
                ? NODES.nullNode()
                : NODES.textNode(text);
    }
}
