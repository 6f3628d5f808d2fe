package dev.sidekey.config;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What of a changed configuration a running Sidekey takes on. */
public final class LiveSettings {
    private LiveSettings() {}

    /**
     * A configuration to go on with.
     *
     * @param config the new values, but for those that only a restart changes
     * @param kept the keys whose old value stays though another is written now
     */
    public record Change(SidekeyConfig config, List<String> kept) {}

    /** Puts the new values of live settings in place of the old. */
    public static Change between(SidekeyConfig running, SidekeyConfig written) {
        var components = SidekeyConfig.class.getRecordComponents();
        var types = new Class<?>[components.length];
        var values = new Object[components.length];
        var kept = new ArrayList<String>();
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            var before = valueOf(components[i], running);
            var after = valueOf(components[i], written);
            var live = components[i].getAnnotation(Setting.class).live();
            values[i] = live ? after : before;
            if (!live && !Objects.equals(before, after)) {
                kept.add(RecordShape.keyOf(components[i]));
            }
        }
        try {
            return new Change(
                    SidekeyConfig.class.getDeclaredConstructor(types).newInstance(values), kept);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("configuration records have no other constructor", e);
        }
    }

    private static Object valueOf(RecordComponent component, SidekeyConfig config) {
        try {
            return component.getAccessor().invoke(config);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("configuration records are public", e);
        }
    }
}
