package dev.sidekey.credential;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Who wants to hear of changes. Safe on every thread. */
final class Watches {
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    CredentialStore.Watch add(Consumer<EntryKey> changed) {
        var listener = new Listener(changed);
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /** Tells all. The caller holds no lock that a listener might want. */
    void changed(EntryKey key) {
        for (var listener : listeners) {
            listener.tell(key);
        }
    }

    void close() {
        listeners.clear();
    }

    /** Compared by identity: one consumer may watch twice. */
    private static final class Listener {
        private final Consumer<EntryKey> changed;

        Listener(Consumer<EntryKey> changed) {
            this.changed = changed;
        }

        synchronized void tell(EntryKey key) {
            changed.accept(key);
        }
    }
}
