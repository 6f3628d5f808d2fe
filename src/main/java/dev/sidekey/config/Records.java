package dev.sidekey.config;

import java.lang.reflect.RecordComponent;
import org.jspecify.annotations.Nullable;

/** Configuration records, taken apart and made anew. */
final class Records {
    private Records() {}

    /** The value of a component. */
    static @Nullable Object get(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("accessors of configuration records only read", e);
        }
    }

    /** The same record with another value of one component. */
    @SuppressWarnings("unchecked") // the class of a record is its own
    static <T extends Record> T with(T record, String name, Object value) {
        var components = record.getClass().getRecordComponents();
        var values = new @Nullable Object[components.length];
        for (int i = 0; i < components.length; i++) {
            values[i] = components[i].getName().equals(name) ? value : get(components[i], record);
        }
        return make((Class<T>) record.getClass(), values);
    }

    /** A record of these values, in the order of its components. */
    static <T> T make(Class<T> type, @Nullable Object[] values) {
        var components = type.getRecordComponents();
        var types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
        }
        try {
            return type.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("configuration records have no other constructor", e);
        }
    }
}
