package dev.sidekey.credential;

import static dev.sidekey.credential.Opened.key;
import static dev.sidekey.credential.Opened.value;

import dev.sidekey.seal.PrivateFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;

/** A process that dies amid a write: no finally, no shutdown hook, as by {@code kill -9}. */
final class DyingWriter {
    static final int DIED = 137;

    private DyingWriter() {}

    /** What it does to the entry {@code a}. */
    enum Deed {
        CREATE,
        REPLACE,
        REMOVE,
        TAKE,
        ACQUIRE
    }

    /** Arguments: directory, deed, step after which to die. */
    public static void main(String[] arguments) {
        var armed = new AtomicReference<PrivateFiles.Step>();
        var writer =
                new PrivateFiles(step -> {
                    if (step == armed.get()) {
                        Runtime.getRuntime().halt(DIED);
                    }
                });
        var store =
                FileStore.open(
                        Path.of(arguments[0]), InstantSource.system(), Runnable::run, writer);
        var entry = store.load(key("a"));
        var version = entry == null ? 0 : entry.version();
        armed.set(PrivateFiles.Step.valueOf(arguments[2]));
        Object done =
                switch (Deed.valueOf(arguments[1])) {
                    case CREATE, REPLACE ->
                            store.compareAndReplace(key("a"), version, value("new"), null, null);
                    case REMOVE -> store.remove(key("a"), version, null);
                    case TAKE -> store.take(key("a"));
                    case ACQUIRE -> store.acquire("a", Duration.ofHours(1));
                };
        System.out.println("survived " + done);
    }
}
