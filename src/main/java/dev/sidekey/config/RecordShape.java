package dev.sidekey.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the components of a configuration record say of themselves. Read once for a record:
 * reflection parses their annotations anew at each question, which was a third of Sidekey's start.
 *
 * @param parts in their order
 * @param keys all that the record knows
 * @param maker the record's one constructor
 */
record RecordShape(List<Part> parts, Set<String> keys, Constructor<?> maker) {
    private static final ClassValue<RecordShape> ALL =
            new ClassValue<>() {
                @Override
                protected RecordShape computeValue(Class<?> type) {
                    return read(type);
                }
            };

    /**
     * One component.
     *
     * @param key as {@code sidekey.yaml} has it
     * @param type what its value is
     * @param generic the same with what is in it
     * @param setting what it says of itself; null when it is no setting
     * @param inline whether its own keys stand in its place
     * @param nullable whether it may be left out
     */
    record Part(
            String key,
            Class<?> type,
            Type generic,
            @Nullable Setting setting,
            boolean inline,
            boolean nullable) {

        private static Part of(RecordComponent component) {
            var setting = component.getAnnotation(Setting.class);
            return new Part(
                    keyOf(component, setting),
                    component.getType(),
                    component.getGenericType(),
                    setting,
                    component.isAnnotationPresent(Inline.class),
                    component.getAnnotatedType().isAnnotationPresent(Nullable.class));
        }
    }

    /** That of a record's class. Safe on every thread. */
    static RecordShape of(Class<?> type) {
        return ALL.get(type);
    }

    /** The key of a component. */
    static String keyOf(RecordComponent component) {
        return keyOf(component, component.getAnnotation(Setting.class));
    }

    private static String keyOf(RecordComponent component, @Nullable Setting setting) {
        if (setting != null && !setting.key().isEmpty()) {
            return setting.key();
        }
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static RecordShape read(Class<?> type) {
        var components = type.getRecordComponents();
        var parts = new ArrayList<Part>();
        var keys = new TreeSet<String>();
        var types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            var part = Part.of(components[i]);
            parts.add(part);
            types[i] = part.type();
            if (part.inline()) {
                keys.addAll(of(part.type()).keys());
            } else if (part.setting() != null) {
                keys.add(part.key());
                if (SecretFiles.isSecret(part.type())) {
                    keys.add(part.key() + "-file");
                }
            }
        }
        try {
            return new RecordShape(
                    List.copyOf(parts),
                    Collections.unmodifiableSet(keys),
                    type.getDeclaredConstructor(types));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record has this constructor", e);
        }
    }
}
