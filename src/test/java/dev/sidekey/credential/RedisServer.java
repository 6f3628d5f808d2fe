package dev.sidekey.credential;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sidekey.TestConfig;
import dev.sidekey.config.StoreConfig;
import dev.sidekey.oauth.Secret;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A Redis of this machine, on a port that was free, with every write on disk before its answer.
 * {@code -Dsidekey.redis-server=PROGRAM} and {@code -Dsidekey.valkey-server=PROGRAM} say which
 * programs; else they are those on the path.
 */
public final class RedisServer implements AutoCloseable {
    private static final String SHARED = "sidekey.test.";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Map<String, RedisServer> ALL_SHARED = new TreeMap<>();

    private final List<String> command;
    private final int port;
    private Process process;

    private RedisServer(int port, List<String> command) {
        this.port = port;
        this.command = command;
    }

    /**
     * The one of its kind that all tests of this JVM share; each has its own prefix there.
     *
     * @param engine redis or valkey
     */
    static synchronized RedisServer shared(String engine) {
        var known = ALL_SHARED.get(engine);
        if (known != null) {
            return known;
        }
        var given = System.getProperty(SHARED + engine);
        var server =
                given == null
                        ? startProgram(program(engine), freePort())
                        : new RedisServer(Integer.parseInt(given), List.of());
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        ALL_SHARED.put(engine, server);
        return server;
    }

    /** Tells a child where the shared servers are. */
    static synchronized List<String> forChildren() {
        return ALL_SHARED.entrySet().stream()
                .map(one -> "-D" + SHARED + one.getKey() + "=" + one.getValue().port)
                .toList();
    }

    /** Starts one, or skips the test where there is no such program. */
    public static RedisServer start(String... options) {
        return startOn(freePort(), options);
    }

    /** As above, on a port that others were already told of. */
    public static RedisServer startOn(int port, String... options) {
        return startProgram(program(), port, options);
    }

    /** Which program the tests take, or this one is skipped where there is none. */
    public static String program() {
        return program("redis");
    }

    private static String program(String engine) {
        var name = engine + "-server";
        var program = System.getProperty("sidekey." + name, name);
        assumeTrue(isThere(program), program + " is not installed");
        return program;
    }

    private static RedisServer startProgram(String program, int port, String... options) {
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
        return TestConfig.freePort();
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

    /** Sends commands in line form, one a line; returns all that comes back. */
    public String ask(String command) throws IOException {
        return ask(port, command);
    }

    /** The same, of whatever listens there. */
    public static String ask(int port, String command) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(2000);
            var text = command + "\r\nQUIT\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            // a Sentinel knows no QUIT
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
                key(0),
                null,
                Secret.of(url),
                prefix,
                null,
                null,
                null,
                null,
                null,
                Duration.ofSeconds(2));
    }

    /** The same, sealed with a key of that byte alone. */
    public static StoreConfig withKey(StoreConfig plain, int filling) {
        return withKeys(plain, key(filling), null);
    }

    /** The same with these keys. */
    public static StoreConfig withKeys(StoreConfig plain, Secret key, Secret second) {
        return new StoreConfig(
                plain.type(),
                key,
                second,
                plain.url(),
                plain.prefix(),
                plain.sentinelUser(),
                plain.sentinelPassword(),
                plain.caFile(),
                plain.certificateFile(),
                plain.certificateKeyFile(),
                plain.timeout());
    }

    /** A key that is this byte 32 times. */
    public static Secret key(int filling) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) filling);
        return Secret.of(Base64.getEncoder().encodeToString(bytes));
    }

    /** The same over TLS. */
    public static StoreConfig overTls(StoreConfig plain, Path roots, Path pair, Path key) {
        return new StoreConfig(
                plain.type(),
                plain.key(),
                plain.secondKey(),
                plain.url(),
                plain.prefix(),
                plain.sentinelUser(),
                plain.sentinelPassword(),
                roots,
                pair,
                key,
                plain.timeout());
    }

    /** The same with what Sentinels ask for. */
    public static StoreConfig withSentinels(StoreConfig plain, String user, String password) {
        return new StoreConfig(
                plain.type(),
                plain.key(),
                plain.secondKey(),
                plain.url(),
                plain.prefix(),
                user,
                Secret.of(password),
                plain.caFile(),
                plain.certificateFile(),
                plain.certificateKeyFile(),
                plain.timeout());
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
