package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts environment variables in for {@code ${NAME}}; a doubled dollar sign stands for itself. */
final class Expansion {
    private static final Pattern VARIABLE =
            Pattern.compile("\\$(\\$\\{|\\{([A-Za-z_][A-Za-z0-9_]*)})");

    private final Map<String, String> environment;
    private final Violations violations;

    Expansion(Map<String, String> environment, Violations violations) {
        this.environment = environment;
        this.violations = violations;
    }

    JsonNode expand(JsonNode node, String path) {
        if (node instanceof TextNode text) {
            return TextNode.valueOf(expand(text.textValue(), path));
        }
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, expand(array.get(i), path + "[" + i + "]"));
            }
        }
        if (node instanceof ObjectNode object) {
            for (var entry : object.properties()) {
                var at = RecordBinder.at(path, entry.getKey());
                entry.setValue(expand(entry.getValue(), at));
            }
        }
        return node;
    }

    private String expand(String text, String path) {
        var result = new StringBuilder();
        var match = VARIABLE.matcher(text);
        if (text.contains("${")) {
            violations.written(path, text);
        }
        while (match.find()) {
            match.appendReplacement(result, Matcher.quoteReplacement(replacement(match, path)));
        }
        return match.appendTail(result).toString();
    }

    private String replacement(Matcher match, String path) {
        var name = match.group(2);
        if (name == null) {
            return "${";
        }
        var value = environment.get(name);
        if (value == null) {
            violations.add(
                    path,
                    "${" + name + "}",
                    "names a variable that is not set",
                    "Set " + name + ", or write $${ for a plain ${.");
            return "";
        }
        return value;
    }
}
