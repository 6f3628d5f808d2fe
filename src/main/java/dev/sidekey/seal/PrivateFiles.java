package dev.sidekey.seal;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Writes files that only their owner may read: mode 0600 from their creation, directories 0700
 * (E17). A write is whole or did not happen, whenever the process or the machine stops (E10).
 * Immutable; safe on every thread.
 */
public final class PrivateFiles {
    private static final String TEMPORARY = ".tmp";

    private final Consumer<Step> reached;

    /** Writes, and tells nobody of its steps. */
    public PrivateFiles() {
        this(step -> {});
    }

    /** Tells of each step when it is done; tests stop a process there. */
    public PrivateFiles(Consumer<Step> reached) {
        this.reached = reached;
    }

    /** What a write does, in this order. */
    public enum Step {
        TEMPORARY_CREATED,
        HALF_WRITTEN,
        WRITTEN,
        SYNCED,
        IN_PLACE,
        DIRECTORY_SYNCED
    }

    /** Creates a directory and its missing parents with mode 0700. */
    public static void directory(Path directory) throws IOException {
        Files.createDirectories(directory, mode(directory, "rwx------"));
    }

    /** Replaces or creates a file. */
    public void replace(Path file, byte[] content) throws IOException {
        write(
                file,
                content,
                temporary -> Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE));
    }

    /**
     * Creates a file.
     *
     * @throws java.nio.file.FileAlreadyExistsException when it is there, whoever made it
     */
    public void create(Path file, byte[] content) throws IOException {
        directory(directoryOf(file));
        write(
                file,
                content,
                temporary -> {
                    Files.createLink(file, temporary);
                    Files.delete(temporary);
                });
    }

    /** Removes a file for good. False when there was none. */
    public boolean remove(Path file) throws IOException {
        var removed = Files.deleteIfExists(file);
        reached.accept(Step.IN_PLACE);
        syncDirectory(file);
        return removed;
    }

    /** Whether this is what a write that was cut short left behind. */
    public static boolean isTemporary(Path file) {
        return file.getFileName().toString().endsWith(TEMPORARY);
    }

    private void write(Path file, byte[] content, Placing placing) throws IOException {
        var temporary = file.resolveSibling("." + UUID.randomUUID() + TEMPORARY);
        try {
            fill(temporary, content);
            placing.place(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
        reached.accept(Step.IN_PLACE);
        syncDirectory(file);
    }

    private void fill(Path temporary, byte[] content) throws IOException {
        Files.createFile(temporary, mode(temporary, "rw-------"));
        reached.accept(Step.TEMPORARY_CREATED);
        // a stream, not a channel: an interrupt would close the latter amid the write (E16)
        try (var stream = new FileOutputStream(temporary.toFile())) {
            var half = content.length / 2;
            stream.write(content, 0, half);
            reached.accept(Step.HALF_WRITTEN);
            stream.write(content, half, content.length - half);
            reached.accept(Step.WRITTEN);
            stream.getFD().sync();
            reached.accept(Step.SYNCED);
        }
    }

    /** The name of a file is part of its directory, which has to reach the disk as well. */
    private void syncDirectory(Path file) throws IOException {
        var directory = directoryOf(file);
        if (isPosix(directory)) {
            Uninterrupted.run(() -> {
                try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    channel.force(true);
                }
            });
        }
        reached.accept(Step.DIRECTORY_SYNCED);
    }

    /** The mode as an attribute of the creation itself: there is no moment with a wider one. */
    public static FileAttribute<?>[] mode(Path file, String permissions) {
        if (!isPosix(file)) {
            return new FileAttribute<?>[0];
        }
        var mode = PosixFilePermissions.fromString(permissions);
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(mode)};
    }

    private static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** How a finished temporary file becomes the file. */
    @FunctionalInterface
    private interface Placing {
        void place(Path temporary) throws IOException;
    }
}
