package dev.sidekey.it;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.certificate.CertificateAuthority;
import dev.sidekey.fakes.RawClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sidekey in a process of its own with a heap of 128 MiB, and what the kernel knows of it. */
final class SmallSidekey implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SmallSidekey.class);

    private final int port = TestConfig.freePort();
    private final int adminPort = TestConfig.freePort();
    private final Path directory;
    private final Process process;

    /**
     * @param yaml the configuration, but for listeners and state
     */
    SmallSidekey(Path directory, String yaml) throws IOException {
        this.directory = directory;
        var file = directory.resolve("sidekey.yaml");
        Files.writeString(
                file,
                "listen: 127.0.0.1:%d\nadmin-listen: 127.0.0.1:%d\nstate-dir: %s\nbrowser: none\n%s"
                        .formatted(port, adminPort, directory.resolve("state"), yaml));
        // made before its first need, so that clients can trust it
        Files.createDirectories(directory.resolve("state"));
        authority().ensure();
        var command = new ArrayList<String>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-Xss512k"));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("--sun-misc-unsafe-memory-access=allow"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.sidekey.Main"));
        command.addAll(List.of("serve", "--config", file.toString(), "--log-level", "error"));
        process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(directory.resolve("sidekey.log").toFile())
                        .start();
        RunningSidekey.await(this::listens, "Sidekey listens");
    }

    private boolean listens() {
        if (!process.isAlive()) {
            throw new AssertionError("Sidekey ended: " + log());
        }
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("sidekey.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private CertificateAuthority authority() {
        return new CertificateAuthority(
                directory.resolve("state"),
                null,
                List.of("*.example.test", "mcp.test"),
                Clock.systemUTC());
    }

    int port() {
        return port;
    }

    int adminPort() {
        return adminPort;
    }

    long pid() {
        return process.pid();
    }

    /** Trusts the CA. */
    SSLContext trust() throws Exception {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (var one : authority().certificates()) {
            store.setCertificateEntry(one.getSerialNumber().toString(), one);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** TLS within a tunnel. */
    SSLSocket tls(SSLContext trust, String authority) throws IOException {
        var client = new RawClient(port);
        var _ = client.connect(authority);
        var host = authority.substring(0, authority.indexOf(':'));
        return (SSLSocket) trust.getSocketFactory().createSocket(client.socket(), host, 443, true);
    }

    /** All that it counts. */
    String metrics() throws IOException {
        var url = URI.create("http://127.0.0.1:" + adminPort + "/metrics").toURL();
        try (var in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** How many threads it has. */
    int threads() throws IOException {
        try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
            return (int) tasks.count();
        }
    }

    /** What it has in memory. */
    long residentBytes() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            var line = lines.filter(one -> one.startsWith("VmRSS:")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        }
    }

    /** Writes down what was done, and what it took. */
    void say(String done) throws IOException {
        LOG.info("{}: {} threads, {} MiB resident", done, threads(), residentBytes() >> 20);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
