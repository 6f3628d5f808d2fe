package dev.sidekey.config;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.oauth.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads secrets: {@code KEY} itself, or the file that {@code KEY-file} names. */
final class SecretFiles {

    /** The secret of a key; null when there is none, or when it cannot be read, which is said. */
    @Nullable Secret read(JsonNode tree, String path, String key, Violations violations) {
        var value = tree.path(key);
        var file = tree.path(key + "-file");
        if (value.isValueNode() && !value.isNull() && file.isValueNode()) {
            violations.add(
                    RecordBinder.at(path, key),
                    null,
                    "is said twice",
                    "Keep either " + key + " or " + key + "-file.");
            return null;
        }
        if (file.isValueNode()) {
            return ofFile(file.asText(), RecordBinder.at(path, key + "-file"), violations);
        }
        return value.isValueNode() && !value.isNull() ? Secret.of(value.asText()) : null;
    }

    private static @Nullable Secret ofFile(String file, String key, Violations violations) {
        try {
            var text = Files.readString((Path) Values.read(Path.class, file)).stripTrailing();
            if (!text.isEmpty()) {
                return Secret.of(text);
            }
            violations.add(key, file, "is an empty file", "Put the secret into it.");
        } catch (IOException e) {
            violations.add(
                    key,
                    file,
                    "cannot be read (" + e.getClass().getSimpleName() + ")",
                    "Check the path and who may read it.");
        }
        return null;
    }
}
