package dev.sidekey.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Collects what is wrong, one thing a key, and remembers where each key was said. Confined to the
 * loading thread.
 */
final class Violations {
    private final String file;
    private final Map<String, Integer> lines = new HashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> written = new HashMap<>();
    private final Map<String, Violation> found = new LinkedHashMap<>();

    /**
     * @param file the configuration file, or words for there being none
     */
    Violations(String file) {
        this.file = file;
    }

    /** Notes a key's line in the file. */
    void foundAt(String key, int line) {
        lines.put(key, line);
    }

    /** Notes that a key came from elsewhere than the file. */
    void saidBy(String key, String source) {
        sources.put(key, source);
    }

    /** Notes the text before variables were put in: they may be secrets, and are not shown. */
    void written(String key, String text) {
        written.put(key, text);
    }

    /** Adds one; what follows from an earlier one of the same key is left out. */
    void add(String key, @Nullable String value, String problem, String remedy) {
        var shown = value == null ? null : withoutSecrets(asWritten(key, value));
        found.putIfAbsent(key, new Violation(sourceOf(key), key, shown, problem, remedy));
    }

    /** Adds one, unless something below the key is wrong, from which it follows. */
    void addUnlessBelow(String key, @Nullable String value, String problem, String remedy) {
        if (found.keySet().stream().noneMatch(earlier -> earlier.startsWith(key + "."))) {
            add(key, value, problem, remedy);
        }
    }

    /** Whether a key is known to be wrong already. */
    boolean has(String key) {
        return found.containsKey(key);
    }

    private String asWritten(String key, String value) {
        if (sources.containsKey(key)) {
            return value;
        }
        // an upstream's URL may stand one level up, in the short form
        return written.getOrDefault(key, written.getOrDefault(parent(key), value));
    }

    /** A URL's user and query may be secret wherever the URL stands. */
    private static String withoutSecrets(String value) {
        var bare = value.replaceAll("//[^/@]*@", "//…@");
        return bare.contains("://") ? bare.replaceFirst("\\?.*", "?…") : bare;
    }

    String sourceOf(String key) {
        for (var said : sources.entrySet()) {
            if (said.getKey().equals(key) || said.getKey().startsWith(key + ".")) {
                return said.getValue();
            }
        }
        for (var at = key; !at.isEmpty(); at = parent(at)) {
            var line = lines.get(at);
            if (line != null) {
                return file + ":" + line;
            }
        }
        return file;
    }

    private static String parent(String key) {
        return key.substring(0, Math.max(0, Math.max(key.lastIndexOf('.'), key.lastIndexOf('['))));
    }

    /** Adds those of another file. */
    void addAll(String key, Violations others) {
        others.found.forEach((at, violation) -> found.putIfAbsent(key + " " + at, violation));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Violation> all() {
        return List.copyOf(found.values());
    }
}
