package dev.sidekey.credential;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.Secret;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A Redis of this machine, on a port that was free, with every write on disk before its answer.
 * {@code -Dsidekey.redis-server=PROGRAM} takes another engine, such as valkey-server.
 */
public final class RedisServer implements AutoCloseable {
    private static final String URL = "sidekey.test.redis";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static RedisServer shared;

    private final List<String> command;
    private final int port;
    private Process process;

    private RedisServer(int port, List<String> command) {
        this.port = port;
        this.command = command;
    }

    /** The one that all tests of this JVM share; each has its own prefix there. */
    static synchronized RedisServer shared() {
        var given = System.getProperty(URL);
        if (shared == null && given != null) {
            shared = new RedisServer(Integer.parseInt(given), List.of());
        }
        if (shared == null) {
            shared = start();
            var server = shared;
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        }
        return shared;
    }

    /** Tells a child where the shared server is. */
    static synchronized List<String> forChildren() {
        return shared == null ? List.of() : List.of("-D" + URL + "=" + shared.port);
    }

    /** Starts one, or skips the test where there is no such program. */
    public static RedisServer start(String... options) {
        return startOn(freePort(), options);
    }

    /** As above, on a port that others were already told of. */
    public static RedisServer startOn(int port, String... options) {
        var program = System.getProperty("sidekey.redis-server", "redis-server");
        assumeTrue(isThere(program), program + " is not installed");
        try {
            var directory = Files.createTempDirectory("redis");
            var command = new ArrayList<String>();
            command.addAll(List.of(program, "--port", "" + port, "--bind", "127.0.0.1"));
            command.addAll(List.of("--dir", directory.toString(), "--save", ""));
            command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
            command.addAll(List.of(options));
            var server = new RedisServer(port, command);
            server.startAgain();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(String program) {
        if (program.contains("/")) {
            return Files.isExecutable(Path.of(program));
        }
        for (var directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(directory, program))) {
                return true;
            }
        }
        return false;
    }

    /** A port that is free now. */
    public static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it once more, with the data that it left. */
    public void startAgain() throws IOException {
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (!answers()) {
            if (System.nanoTime() > end || !process.isAlive()) {
                throw new IOException("does not start: " + command);
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private boolean answers() {
        try {
            return ask("PING").startsWith("+PONG") || ask("PING").startsWith("-NOAUTH");
        } catch (IOException e) {
            return false;
        }
    }

    /** Sends one command in line form and returns the first of what comes back. */
    public String ask(String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            var answer = new byte[64 * 1024];
            var length = socket.getInputStream().read(answer);
            return new String(answer, 0, Math.max(0, length), StandardCharsets.UTF_8);
        }
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Its address without a user. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** A store in a room of its own. */
    public StoreConfig config(String prefix) {
        return config(url(), prefix);
    }

    /** A store at another address, with a key that is always the same. */
    public static StoreConfig config(String url, String prefix) {
        return new StoreConfig(
                "redis",
                Secret.of(Base64.getEncoder().encodeToString(new byte[32])),
                null,
                Secret.of(url),
                prefix,
                null,
                Duration.ofSeconds(2));
    }

    /** As {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }

    /** The process, for signals. */
    public long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
