package dev.sidekey.cli;

import dev.sidekey.config.ConfigException;
import dev.sidekey.config.ConfigSource;
import dev.sidekey.config.SidekeyConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A command line's configuration, read again with the same flags and variables. One thread. */
final class ReadAgain implements ConfigSource {
    private final ConfigOptions options;
    private final @Nullable String url;
    private final Map<String, String> environment;
    private final Map<Path, String> wanted = new HashMap<>();

    /**
     * @param url the upstream of {@code serve URL}; null for none
     */
    ReadAgain(ConfigOptions options, @Nullable String url, Map<String, String> environment) {
        this.options = options;
        this.url = url;
        this.environment = environment;
    }

    @Override
    public SidekeyConfig load() throws ConfigException {
        wanted.clear();
        return options.load(url, environment, List.of(), wanted);
    }

    @Override
    public Map<Path, String> files() {
        return Map.copyOf(wanted);
    }
}
