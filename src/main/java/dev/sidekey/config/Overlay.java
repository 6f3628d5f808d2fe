package dev.sidekey.config;

import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the settings of a profile under those of an upstream: whatever is said above stays, a map
 * entry by entry. Works on any setting, so that a new one needs nothing here.
 */
final class Overlay {
    private final Map<String, String> above;
    private final Map<String, String> below;
    private final String source;
    private final Map<String, String> taken = new LinkedHashMap<>();

    /**
     * @param above what the upstream says
     * @param profile what is put under it
     */
    private Overlay(Map<String, String> above, ProviderProfile profile) {
        this.above = above;
        this.below = profile.said();
        this.source = "profile " + profile.name();
    }

    /** The upstream with a profile under it. */
    static UpstreamConfig under(UpstreamConfig upstream, ProviderProfile profile) {
        var overlay = new Overlay(upstream.origins().sources(), profile);
        var merged = (UpstreamConfig) overlay.merge(upstream, profile.settings(), "");
        return merged.with(upstream.origins().and(profile.name(), overlay.taken));
    }

    private Object merge(Record upper, Record lower, String path) {
        var components = upper.getClass().getRecordComponents();
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = merged(components[i], upper, lower, path);
        }
        return Records.make(upper.getClass(), values);
    }

    private @Nullable Object merged(
            RecordComponent component, Record upper, Record lower, String path) {
        var mine = Records.get(component, upper);
        if (!component.isAnnotationPresent(Setting.class)
                || component.isAnnotationPresent(Inline.class)) {
            return mine;
        }
        var key = RecordBinder.at(path, RecordShape.keyOf(component));
        if (!Origins.isSaid(below, key)) {
            return mine;
        }
        var theirs = Records.get(component, lower);
        if (mine instanceof Record one
                && theirs instanceof Record other
                && !Values.isSingle(component.getType())) {
            return merge(one, other, key);
        }
        if (mine instanceof Map<?, ?> one && theirs instanceof Map<?, ?> other) {
            return entries(one, other, key);
        }
        if (Origins.isSaid(above, key)) {
            return mine;
        }
        taken.put(key, source);
        return theirs;
    }

    private Map<Object, Object> entries(Map<?, ?> upper, Map<?, ?> lower, String key) {
        var all = new LinkedHashMap<Object, Object>(lower);
        all.putAll(upper);
        lower.keySet().stream()
                .filter(name -> !upper.containsKey(name))
                .forEach(name -> taken.put(key + "." + name, source));
        return all;
    }
}
