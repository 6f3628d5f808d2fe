package dev.sidekey.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sidekey.config.HostPort;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Where a running Sidekey says that it runs on a state directory, for the command line to find. */
public final class RunFile {
    private static final JsonMapper JSON = new JsonMapper();

    private RunFile() {}

    private static Path in(Path stateDir) {
        return stateDir.resolve("sidekey.run");
    }

    /**
     * Says so.
     *
     * @throws IOException when the directory cannot be written
     */
    public static void write(Path stateDir, HostPort admin) throws IOException {
        var content =
                JSON.createObjectNode()
                        .put("pid", ProcessHandle.current().pid())
                        .put("host", admin.host())
                        .put("port", admin.port());
        Files.createDirectories(stateDir);
        var next = Files.createTempFile(stateDir, "sidekey", ".run");
        Files.writeString(next, content.toString());
        Files.move(
                next,
                in(stateDir),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    /** Takes it back, if it is still ours. */
    public static void remove(Path stateDir) throws IOException {
        var file = in(stateDir);
        if (Files.exists(file)
                && JSON.readTree(Files.readString(file)).path("pid").asLong()
                        == ProcessHandle.current().pid()) {
            Files.deleteIfExists(file);
        }
    }

    /** The admin address of the Sidekey that runs there; null when none does. */
    static @Nullable HostPort read(Path stateDir) {
        try {
            var content = JSON.readTree(Files.readString(in(stateDir)));
            var alive = ProcessHandle.of(content.path("pid").asLong()).isPresent();
            return alive
                    ? new HostPort(content.path("host").asText(), content.path("port").asInt())
                    : null;
        } catch (IOException e) {
            return null;
        }
    }
}
