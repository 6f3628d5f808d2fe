package dev.sidekey.credential;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sidekey.seal.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One file an entry: {@code <directory>/<kind>/<SHA-256 of the id>.json}. What is not secret is
 * readable JSON, so that an operator sees which file is which; the value is sealed.
 */
final class EntryFiles {
    private static final String SUFFIX = ".json";
    private static final int FORMAT = 1;

    private final Path directory;
    private final PrivateFiles files;

    EntryFiles(Path directory, PrivateFiles files) throws IOException {
        this.directory = directory;
        this.files = files;
        for (var kind : Kind.values()) {
            PrivateFiles.directory(directory(kind));
        }
    }

    Path directory(Kind kind) {
        return directory.resolve(kind.label());
    }

    Path file(EntryKey key) {
        return directory(key.kind()).resolve(hash(key.id()) + SUFFIX);
    }

    /** The entry, whether its time is over or not; null when there is no file. */
    @Nullable Entry read(EntryKey key) throws IOException {
        var file = file(key);
        var entry = read(file, key.kind());
        if (entry != null && !entry.key().equals(key)) {
            throw damaged(file, "it holds " + entry.key(), null);
        }
        return entry;
    }

    /** The entry of a file found in a directory, under the name that its id demands. */
    @Nullable Entry readFound(Path file, Kind kind) throws IOException {
        var entry = read(file, kind);
        if (entry != null && !file.getFileName().equals(file(entry.key()).getFileName())) {
            throw damaged(file, "it holds " + entry.key() + ", which has another file", null);
        }
        return entry;
    }

    /**
     * All entries of a kind, whether their time is over or not.
     *
     * @param broken told of each file that cannot be read
     */
    List<Entry> list(Kind kind, Consumer<StoreException> broken) throws IOException {
        var entries = new ArrayList<Entry>();
        for (var file : found(kind)) {
            try {
                var entry = readFound(file, kind);
                if (entry != null) {
                    entries.add(entry);
                }
            } catch (StoreException e) {
                broken.accept(e);
            } catch (IOException e) {
                broken.accept(damaged(file, e.toString(), e));
            }
        }
        return entries;
    }

    private List<Path> found(Kind kind) throws IOException {
        try (var paths = Files.list(directory(kind))) {
            return paths.filter(EntryFiles::isEntry).toList();
        }
    }

    static boolean isEntry(Path file) {
        return file.getFileName().toString().endsWith(SUFFIX);
    }

    void write(Entry entry) throws IOException {
        var json = Json.object();
        json.put("format", FORMAT);
        json.put("kind", entry.key().kind().label());
        json.put("id", entry.key().id());
        json.put("version", entry.version());
        Json.put(json, "expires_at", entry.expiresAt());
        json.put("value", entry.value().bytes());
        files.replace(file(entry.key()), Json.MAPPER.writeValueAsBytes(json));
    }

    boolean remove(EntryKey key) throws IOException {
        return files.remove(file(key));
    }

    /** Removes what writes that were cut short left. Only under the lock: nobody writes then. */
    void sweepTemporary() throws IOException {
        for (var kind : Kind.values()) {
            try (var paths = Files.list(directory(kind))) {
                for (var path : paths.filter(PrivateFiles::isTemporary).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /** Removes entries whose time was over before a moment. Only under the lock. */
    void sweepExpired(Kind kind, Instant before) throws IOException {
        for (var entry : list(kind, broken -> {})) {
            if (entry.expired(before)) {
                remove(entry.key());
            }
        }
    }

    private static @Nullable Entry read(Path file, Kind kind) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException none) {
            return null;
        }
        Entry entry;
        try {
            entry = parse(Json.MAPPER.readTree(bytes), kind);
        } catch (IOException | RuntimeException e) {
            throw damaged(file, "it is no entry that this Sidekey knows", e);
        }
        return entry;
    }

    private static Entry parse(JsonNode json, Kind kind) throws IOException {
        if (json.path("format").intValue() != FORMAT
                || !json.path("kind").asText().equals(kind.label())) {
            throw new IOException("another format or kind");
        }
        var version = json.path("version").longValue();
        var value = json.path("value").binaryValue();
        if (version <= 0 || value == null) {
            throw new IOException("no version or value");
        }
        return new Entry(
                new EntryKey(kind, Json.text(json, "id")),
                version,
                SealedValue.of(value),
                Json.instantOrNull(json, "expires_at"));
    }

    private static StoreException damaged(Path file, String why, @Nullable Throwable cause) {
        return new StoreException(
                "the file %s is damaged or out of place: %s. Remove it, then log in again"
                        .formatted(file, why),
                cause);
    }

    private static String hash(String id) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(id.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
