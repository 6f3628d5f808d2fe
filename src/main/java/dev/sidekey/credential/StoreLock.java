package dev.sidekey.credential;

import dev.sidekey.seal.PrivateFiles;
import dev.sidekey.seal.Uninterrupted;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One writer at a time: among the threads of this process by a lock, among processes by a lock on a
 * file, which the system gives back when its holder dies. The file's content is the sequence that
 * versions and fences are drawn from.
 *
 * <p>A process loses its lock on a file as soon as it closes any descriptor of it, so that all
 * stores of this process on one directory share one lock, and nobody opens the file without it.
 */
final class StoreLock {
    private static final ConcurrentMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

    private final Path file;
    private final ReentrantLock threads;

    /**
     * @param directory of the store, which is there
     */
    StoreLock(Path directory) throws IOException {
        var real = directory.toRealPath();
        file = real.resolve("lock");
        threads = LOCKS.computeIfAbsent(real, path -> new ReentrantLock());
        try {
            Files.createFile(file, PrivateFiles.mode(file, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            // as it should be, but for the first time
        }
    }

    /** Runs work while nobody else, here or elsewhere, runs any. An interrupt waits (E16). */
    <T> T with(Work<T> work) throws IOException {
        threads.lock();
        try (var held = Uninterrupted.call(() -> Held.of(file))) {
            return work.run(new Sequence(held.opened));
        } finally {
            threads.unlock();
        }
    }

    /** What runs under the lock. */
    @FunctionalInterface
    interface Work<T> {
        T run(Sequence sequence) throws IOException;
    }

    /** The locked file. Closing it gives the lock back. */
    private record Held(RandomAccessFile opened, FileLock lock) implements AutoCloseable {

        static Held of(Path file) throws IOException {
            var opened = new RandomAccessFile(file.toFile(), "rw");
            try {
                return new Held(opened, opened.getChannel().lock());
            } catch (IOException | RuntimeException e) {
                opened.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            opened.close();
        }
    }

    /** Numbers that only grow. For use under the lock that it was handed out with. */
    static final class Sequence {
        private final RandomAccessFile opened;

        private Sequence(RandomAccessFile opened) {
            this.opened = opened;
        }

        /**
         * The next number.
         *
         * @param above the number is greater than this one too. The file is not forced to the disk:
         *     after a loss of power nobody lives who saw a number that is lost.
         */
        long next(long above) throws IOException {
            opened.seek(0);
            var last = opened.length() == Long.BYTES ? opened.readLong() : 0;
            var next = Math.max(last, above) + 1;
            opened.seek(0);
            opened.writeLong(next);
            return next;
        }
    }
}
