package dev.sidekey.credential;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees what any process does to the files of a store. Confined to one thread of the executor, but
 * for {@link #close}.
 *
 * <p>A removed file no longer says which entry it held, so that each one seen is remembered.
 */
final class FileWatch implements CredentialStore.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    private final EntryFiles files;
    private final WatchService events;
    private final Consumer<EntryKey> changed;
    private final Map<WatchKey, Kind> kinds = new HashMap<>();
    private final Map<Path, EntryKey> seen = new HashMap<>();

    private FileWatch(EntryFiles files, WatchService events, Consumer<EntryKey> changed) {
        this.files = files;
        this.events = events;
        this.changed = changed;
    }

    /** Begins to watch; what happens after the return is told. */
    static FileWatch start(EntryFiles files, Executor executor, Consumer<EntryKey> changed)
            throws IOException {
        var anywhere = files.directory(Kind.CREDENTIAL);
        var watch = new FileWatch(files, anywhere.getFileSystem().newWatchService(), changed);
        try {
            watch.register();
        } catch (IOException | RuntimeException e) {
            watch.close();
            throw e;
        }
        executor.execute(watch::run);
        return watch;
    }

    private void register() throws IOException {
        for (var kind : Kind.values()) {
            var key =
                    files.directory(kind)
                            .register(
                                    events,
                                    StandardWatchEventKinds.ENTRY_CREATE,
                                    StandardWatchEventKinds.ENTRY_MODIFY,
                                    StandardWatchEventKinds.ENTRY_DELETE);
            kinds.put(key, kind);
            remember(kind);
        }
    }

    private void remember(Kind kind) throws IOException {
        for (var entry : files.list(kind, broken -> {})) {
            seen.put(files.file(entry.key()), entry.key());
        }
    }

    private void run() {
        try {
            while (true) {
                var key = events.take();
                var kind = kinds.get(key);
                for (var event : key.pollEvents()) {
                    if (kind != null) {
                        on(event, kind);
                    }
                }
                key.reset();
            }
        } catch (ClosedWatchServiceException e) {
            LOG.atTrace().log("the watch was closed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void on(WatchEvent<?> event, Kind kind) {
        try {
            if (event.kind().equals(StandardWatchEventKinds.OVERFLOW)) {
                remember(kind);
                seen.values().stream().filter(key -> key.kind() == kind).toList().forEach(changed);
            } else if (event.context() instanceof Path name && EntryFiles.isEntry(name)) {
                tell(touched(files.directory(kind).resolve(name), kind));
            }
        } catch (IOException | RuntimeException e) {
            LOG.atWarn().log("a change in the store went unseen: {}", e.toString());
        }
    }

    private @Nullable EntryKey touched(Path file, Kind kind) throws IOException {
        var entry = files.readFound(file, kind);
        if (entry == null) {
            return seen.remove(file);
        }
        seen.put(file, entry.key());
        return entry.key();
    }

    private void tell(@Nullable EntryKey key) {
        if (key != null) {
            changed.accept(key);
        }
    }

    @Override
    public void close() {
        try {
            events.close();
        } catch (IOException e) {
            LOG.atDebug().log("could not close a watch: {}", e.toString());
        }
    }
}
