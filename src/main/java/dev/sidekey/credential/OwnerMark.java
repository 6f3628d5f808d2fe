package dev.sidekey.credential;

import dev.sidekey.seal.PrivateFiles;
import dev.sidekey.seal.Uninterrupted;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file that one open store keeps locked for as long as it lives. The system unlocks it when the
 * process dies, however it dies: others then need not wait for its leases to run out.
 *
 * <p>Made, looked at and removed under the {@link StoreLock} only. Marks of this process are never
 * opened a second time, which would unlock them.
 */
final class OwnerMark implements AutoCloseable {
    private static final Set<String> LIVING_HERE = ConcurrentHashMap.newKeySet();

    private final Path file;
    private final String name;
    private final FileChannel channel;

    private OwnerMark(Path file, String name, FileChannel channel) {
        this.file = file;
        this.name = name;
        this.channel = channel;
    }

    /** Makes and locks a mark of its own name. */
    static OwnerMark make(Path directory) throws IOException {
        PrivateFiles.directory(directory);
        var name = ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        var file = directory.resolve(name);
        Files.createFile(file, PrivateFiles.mode(file, "rw-------"));
        LIVING_HERE.add(name);
        return Uninterrupted.call(() -> {
            var channel = FileChannel.open(file, StandardOpenOption.WRITE);
            channel.lock();
            return new OwnerMark(file, name, channel);
        });
    }

    String name() {
        return name;
    }

    /** Whether the store that made this mark is closed, or its process dead. */
    static boolean isGone(Path directory, String name) throws IOException {
        if (LIVING_HERE.contains(name)) {
            return false;
        }
        var file = directory.resolve(name);
        return Uninterrupted.call(() -> {
            try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                return channel.tryLock() != null;
            } catch (NoSuchFileException e) {
                return true;
            }
        });
    }

    /** Removes the marks of the dead. */
    static void sweep(Path directory) throws IOException {
        try (var paths = Files.list(directory)) {
            for (var path : paths.toList()) {
                if (isGone(directory, path.getFileName().toString())) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
        LIVING_HERE.remove(name);
        channel.close();
    }
}
