package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.credential.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** A master, its replica, and three Sentinels that ask for a password. */
final class SentinelGroup implements AutoCloseable {
    static final String PASSWORD = "of-the-sentinels";
    private static final int SENTINELS = 3;

    final RedisServer master = RedisServer.start();
    final RedisServer replica =
            RedisServer.start(
                    "--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
    private final List<Integer> ports = new ArrayList<>();
    private final List<Process> sentinels = new ArrayList<>();

    SentinelGroup(Path work) throws IOException {
        RunningSidekey.await(
                () -> says(master.port(), "INFO replication", "state=online"), "a replica");
        for (int i = 0; i < SENTINELS; i++) {
            int port = RedisServer.freePort();
            ports.add(port);
            sentinels.add(start(work.resolve("sentinel" + i + ".conf"), port));
        }
        var known = "AUTH " + PASSWORD + "\r\nSENTINEL MASTER fleet";
        for (var port : ports) {
            RunningSidekey.await(
                    () ->
                            says(port, known, "num-slaves\r\n$1\r\n1\r\n")
                                    && says(port, known, "num-other-sentinels\r\n$1\r\n2\r\n"),
                    "the Sentinels know each other");
        }
    }

    private Process start(Path file, int port) throws IOException {
        Files.writeString(
                file,
                """
                port %1$d
                bind 127.0.0.1
                requirepass %2$s
                sentinel sentinel-pass %2$s
                sentinel monitor fleet 127.0.0.1 %3$d 2
                sentinel down-after-milliseconds fleet 1500
                sentinel failover-timeout fleet 6000
                """
                        .formatted(port, PASSWORD, master.port()));
        return new ProcessBuilder(RedisServer.program(), file.toString(), "--sentinel")
                .redirectErrorStream(true)
                .redirectOutput(file.resolveSibling(file.getFileName() + ".log").toFile())
                .start();
    }

    private static boolean says(int port, String command, String what) {
        try {
            return RedisServer.ask(port, command).contains(what);
        } catch (IOException e) {
            return false;
        }
    }

    /** What {@code store.url} says. */
    String url() {
        return ports.stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(Collectors.joining(",", "redis-sentinel://", "/0#fleet"));
    }

    boolean isReplicaMaster() {
        return says(replica.port(), "INFO replication", "role:master");
    }

    @Override
    public void close() {
        sentinels.forEach(Process::destroyForcibly);
        replica.close();
        master.close();
    }
}
