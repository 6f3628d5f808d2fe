package dev.sidekey.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong, and remembers where each key was said. Confined to the loading thread.
 */
final class Violations {
    private final String file;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Violation> found = new ArrayList<>();

    /**
     * @param file the configuration file, or words for there being none
     */
    Violations(String file) {
        this.file = file;
    }

    /** Notes that a key came from elsewhere than the file. */
    void saidBy(String key, String source) {
        sources.put(key, source);
    }

    void add(String key, @Nullable String value, String problem, String remedy) {
        found.add(new Violation(sources.getOrDefault(key, file), key, value, problem, remedy));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> all() {
        return List.copyOf(found);
    }
}
