package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;

/** The catalogue of stores: a new one is one file beside this one, and one line in each switch. */
public final class CredentialStores {
    private static final String FILE = "file";
    private static final String MEMORY = "memory";
    private static final String REDIS = "redis";

    private CredentialStores() {}

    /** What {@code store.type} may say. */
    public static List<String> names() {
        return List.of(FILE, MEMORY, REDIS);
    }

    static CredentialStore open(
            StoreConfig config, Path stateDir, InstantSource clock, Executor executor) {
        return switch (config.type()) {
            case FILE -> FileStore.open(stateDir.resolve("store"), clock, executor);
            case MEMORY -> new MemoryStore(clock);
            case REDIS -> RedisStore.open(config, clock, executor);
            default -> throw unknown(config);
        };
    }

    /** Whether its entries are still there after a restart, so that their key has to be as well. */
    static boolean outlivesProcess(StoreConfig config) {
        return switch (config.type()) {
            case FILE, REDIS -> true;
            case MEMORY -> false;
            default -> throw unknown(config);
        };
    }

    private static StoreException unknown(StoreConfig config) {
        return new StoreException(
                "store.type is one of " + names() + ", not " + config.type(), null);
    }
}
