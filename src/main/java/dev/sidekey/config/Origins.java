package dev.sidekey.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where an upstream's settings came from. Immutable.
 *
 * @param sources by key, such as {@code registration.scope}: file and line, flag, variable or
 *     profile; what is missing is a default
 * @param applied names of the profiles that were put under it, the first one first
 * @param profiles all profiles, for when the issuer is known
 */
public record Origins(
        Map<String, String> sources, List<String> applied, ProviderProfiles profiles) {

    /** Keeps its own copies. */
    public Origins {
        sources = Map.copyOf(sources);
        applied = List.copyOf(applied);
    }

    /** Of an upstream that nobody wrote down. */
    public static Origins none() {
        return new Origins(Map.of(), List.of(), ProviderProfiles.shipped());
    }

    /** Where a setting came from; {@code default} when nobody said it. */
    public String of(String key) {
        for (var said : sources.entrySet()) {
            if (isAtOrBelow(said.getKey(), key)) {
                return said.getValue();
            }
        }
        return "default";
    }

    /** The same with a profile put under it, which gave some settings. */
    Origins and(String profile, Map<String, String> given) {
        var all = new HashMap<>(sources);
        given.forEach(all::putIfAbsent);
        var names = new ArrayList<>(applied);
        names.add(profile);
        return new Origins(all, names, profiles);
    }

    /** The profiles that were applied, as a person reads them. */
    public List<ProfileView> views() {
        return applied.stream().map(profiles::view).filter(Objects::nonNull).toList();
    }

    /** Whether a key, or one below it, is among those said. */
    static boolean isSaid(Map<String, String> said, String key) {
        return said.keySet().stream().anyMatch(one -> isAtOrBelow(one, key));
    }

    private static boolean isAtOrBelow(String said, String key) {
        return said.equals(key)
                || said.startsWith(key + ".")
                || said.startsWith(key + "[")
                || said.equals(key + "-file");
    }
}
