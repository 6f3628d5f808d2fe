package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads secrets: {@code KEY} itself, or the file that {@code KEY-file} names. */
final class SecretFiles {
    private final Map<Path, String> wanted;

    /**
     * @param wanted gets the files that are named and their stamps, whether they can be read or not
     */
    SecretFiles(Map<Path, String> wanted) {
        this.wanted = wanted;
    }

    /** The secret of a key; null when there is none, or when it cannot be read, which is said. */
    @Nullable Secret read(JsonNode tree, String path, String key, Violations violations) {
        var value = tree.path(key);
        var file = tree.path(key + "-file");
        var at = RecordBinder.at(path, key);
        if (value.isContainerNode() || file.isContainerNode()) {
            violations.add(at, null, "is not a single value", "Write one value.");
        } else if (isSaid(value) && isSaid(file)) {
            violations.add(
                    at, null, "is said twice", "Keep either " + key + " or " + key + "-file.");
        } else if (isSaid(file)) {
            return ofFile(file.asText(), at + "-file", violations);
        } else if (isSaid(value)) {
            if (!value.asText().isBlank()) {
                return Secret.of(value.asText());
            }
            violations.add(at, null, "is empty", "Give the secret, or leave the key out.");
        }
        return null;
    }

    /** The same with the file's name, for one that is read again. */
    @Nullable SecretSource source(JsonNode tree, String path, String key, Violations violations) {
        var value = read(tree, path, key, violations);
        var file = tree.path(key + "-file");
        if (value == null) {
            return null;
        }
        return new SecretSource(
                value, isSaid(file) ? (Path) Values.read(Path.class, file.asText()) : null);
    }

    /** Whether a component is a secret, with {@code KEY-file} beside {@code KEY}. */
    static boolean isSecret(Class<?> type) {
        return type == Secret.class || type == SecretSource.class;
    }

    private static boolean isSaid(JsonNode node) {
        return !node.isMissingNode() && !node.isNull();
    }

    private @Nullable Secret ofFile(String file, String key, Violations violations) {
        try {
            var path = (Path) Values.read(Path.class, file);
            wanted.put(path, FileStamps.of(path));
            var text = Files.readString(path).stripTrailing();
            if (!text.isEmpty()) {
                return Secret.of(text);
            }
            violations.add(key, shown(file), "is an empty file", "Put the secret into it.");
        } catch (IOException | IllegalArgumentException e) {
            violations.add(
                    key,
                    shown(file),
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Name a file that holds the secret and that this user may read.");
        }
        return null;
    }

    /** The name, unless it looks as if the secret itself was written in its place. */
    private static @Nullable String shown(String file) {
        return file.matches("(~|\\.{1,2})?/.*") ? file : null;
    }
}
