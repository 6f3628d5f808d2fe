package dev.sidekey.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which sidekey.yaml is meant. */
final class ConfigFile {
    private ConfigFile() {}

    /** The file that was named, else the user's own where there is one. */
    static @Nullable Path orOwn(@Nullable Path named, Map<String, String> environment) {
        if (named != null) {
            return named;
        }
        var home = environment.getOrDefault("XDG_CONFIG_HOME", "");
        var base =
                home.startsWith("/")
                        ? Path.of(home)
                        : Path.of(System.getProperty("user.home", ""), ".config");
        var own = base.resolve("sidekey").resolve("sidekey.yaml");
        return Files.isRegularFile(own) ? own : null;
    }
}
