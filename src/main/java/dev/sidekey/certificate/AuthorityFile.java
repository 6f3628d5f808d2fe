package dev.sidekey.certificate;

import dev.sidekey.oauth.Secret;
import dev.sidekey.seal.PrivateFiles;
import dev.sidekey.seal.Seal;
import dev.sidekey.seal.SealException;
import dev.sidekey.seal.SealKey;
import dev.sidekey.seal.Uninterrupted;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where CAs lie: {@code ca.key}, sealed, is the truth; {@code ca.pem} beside it holds their
 * certificates for whoever must trust them. Several processes may share the directory: what is read
 * is whole, and writers take turns.
 */
final class AuthorityFile {
    private static final String CONTEXT = "certificate authority";

    /** A second lock on a file is an error within a process, not a turn. */
    private static final ReentrantLock THREADS = new ReentrantLock();

    private final PrivateFiles files = new PrivateFiles();
    private final Path directory;
    private final Path sealed;
    private final Path certificates;
    private final @Nullable Secret key;

    /**
     * @param key the operator's, that seals; null: the one of the state directory, made if need be
     */
    AuthorityFile(Path stateDir, @Nullable Secret key) {
        this.directory = stateDir;
        this.sealed = stateDir.resolve("ca.key");
        this.certificates = stateDir.resolve("ca.pem");
        this.key = key;
    }

    Path certificates() {
        return certificates;
    }

    /** Whether the certificates lie there as well. */
    boolean isShown() {
        return Files.exists(certificates);
    }

    /** Changes whenever the file does; null when there is none. */
    @Nullable FileTime stamp() {
        try {
            return Files.getLastModifiedTime(sealed);
        } catch (IOException e) {
            return null;
        }
    }

    /**
     * What lies there; none where nothing does.
     *
     * @throws AuthorityException when it cannot be read or opened
     */
    Authorities read() {
        try {
            var bytes = Files.readAllBytes(sealed);
            var seal = Seal.of(SealKey.of(key, directory));
            return Pem.authorities(
                    new String(seal.open(bytes, CONTEXT), StandardCharsets.US_ASCII));
        } catch (NoSuchFileException none) {
            return Authorities.NONE;
        } catch (SealException e) {
            throw new AuthorityException(
                    ("the CA's key %s cannot be opened: %s. Give the key that it was made with in"
                                    + " SIDEKEY_KEY or SIDEKEY_KEY_FILE, or remove the file: a new"
                                    + " CA is made, which agents then have to trust")
                            .formatted(sealed, e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new AuthorityException("cannot read the CA's key " + sealed + ": " + e, e);
        }
    }

    /**
     * Replaces what lies there, one process at a time; durable on return.
     *
     * @param change of what is read then; gives the same for no change
     */
    Authorities change(Function<Authorities, Authorities> change) {
        THREADS.lock();
        try {
            PrivateFiles.directory(directory);
            return Uninterrupted.call(() -> changeLocked(change));
        } catch (IOException e) {
            throw new AuthorityException(
                    "cannot write the CA to %s: %s. Make the directory writable, or name another with --state-dir"
                            .formatted(directory, e),
                    e);
        } finally {
            THREADS.unlock();
        }
    }

    private Authorities changeLocked(Function<Authorities, Authorities> change) throws IOException {
        try (var opened = new RandomAccessFile(lock().toFile(), "rw");
                var _ = opened.getChannel().lock()) {
            var before = read();
            var after = change.apply(before);
            if (!after.equals(before)) {
                var text = Pem.of(after).getBytes(StandardCharsets.US_ASCII);
                var seal = Seal.of(SealKey.of(key, directory));
                files.replace(sealed, seal.seal(text, CONTEXT));
            }
            showCertificates(after);
            return after;
        }
    }

    private Path lock() throws IOException {
        var lock = directory.resolve("ca.lock");
        try {
            return Files.createFile(lock, PrivateFiles.mode(lock, "rw-------"));
        } catch (FileAlreadyExistsException e) {
            return lock;
        }
    }

    /** A crash between the two files, or a hand, may have left others. */
    private void showCertificates(Authorities authorities) throws IOException {
        var text = Pem.of(authorities.certificates());
        if (!Files.exists(certificates) || !Files.readString(certificates).equals(text)) {
            files.replace(certificates, text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
