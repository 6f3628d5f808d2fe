package dev.sidekey.credential;

import dev.sidekey.config.StoreConfig;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** Stores that a test has opened, and what they need. Closes all of them. */
final class Opened implements AutoCloseable {
    private static final String VALKEY = "valkey";

    final TurnableClock clock = new TurnableClock();
    final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<CredentialStore> stores = new ArrayList<>();

    /** Opens a store of the catalogue. */
    CredentialStore store(String type, Path stateDir) {
        var store = CredentialStores.open(config(type, stateDir), stateDir, clock, threads);
        stores.add(store);
        return store;
    }

    /** The stores of the catalogue, and the other engine that Sidekey's Redis store speaks to. */
    static Stream<String> types() {
        return Stream.concat(CredentialStores.names().stream(), Stream.of(VALKEY));
    }

    /**
     * The settings of a store. An engine is started where there is none yet, and each state
     * directory is a room of its own there; without it on this machine the test is skipped.
     */
    static StoreConfig config(String type, Path stateDir) {
        if (!type.equals("redis") && !type.equals(VALKEY)) {
            return StoreConfig.of(type, null);
        }
        var room = stateDir.toString().replaceAll("[^A-Za-z0-9]", "-");
        return RedisServer.shared(type).config(room);
    }

    static EntryKey key(String id) {
        return new EntryKey(Kind.CREDENTIAL, id);
    }

    static SealedValue value(String text) {
        return SealedValue.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(Entry entry) {
        return new String(entry.value().bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        stores.forEach(CredentialStore::close);
        threads.shutdownNow();
    }
}
