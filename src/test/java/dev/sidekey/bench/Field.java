package dev.sidekey.bench;

import dev.sidekey.RunningSidekey;
import dev.sidekey.TestConfig;
import dev.sidekey.fakes.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x509.GeneralName;

/** The server behind all, the directory that holds everything, and what is missing here. */
final class Field implements AutoCloseable {
    static final String HOST = "bench.test";

    /** All of a call on one processor: else the scheduler's choices are what is measured. */
    static final String ONE = "0";

    static final String OTHER = "1";
    static final String BOTH = "0,1";

    private final Path directory;
    private final SelfSigned certificate;
    private final Map<String, String> values = new HashMap<>();
    private final List<Program> programs = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();

    Field(Path directory) throws Exception {
        this.directory = Files.createDirectories(directory.toAbsolutePath());
        certificate = SelfSigned.in(directory, "bench", new GeneralName(GeneralName.dNSName, HOST));
        values.put("CERTIFICATE", certificate.certificate().toAbsolutePath().toString());
        values.put("TOKEN", BenchUpstream.TOKEN);
        values.put("HOST", HOST);
        values.put("DIRECTORY", this.directory.toString());
        values.put("FILES", Integer.toString(Descriptors.most()));
        values.put("CONNECTIONS", Integer.toString(Descriptors.most() - 100));
        values.put("PROXIED", Integer.toString((Descriptors.most() - 600) / 2));
        for (var name : List.of("PLAIN", "TLS", "TLS_2")) {
            values.put(name, Integer.toString(TestConfig.freePort()));
        }
        // an interrupt ends them, too
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        start("upstream", upstream());
        awaitPort(port("PLAIN"));
    }

    private List<String> upstream() {
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(BenchUpstream.class.getName(), values.get("PLAIN")));
        command.addAll(List.of(values.get("TLS"), values.get("TLS_2"), values.get("CERTIFICATE")));
        command.add(certificate.key().toAbsolutePath().toString());
        return command;
    }

    static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    Path directory() {
        return directory;
    }

    int port(String name) {
        return Integer.parseInt(values.get(name));
    }

    /** A port of its own for a peer, which its configuration knows by this name. */
    int newPort(String name) {
        int port = TestConfig.freePort();
        values.put(name, Integer.toString(port));
        return port;
    }

    /** A configuration of ours, with what it has in braces filled in. */
    Path write(String resource) throws IOException {
        try (var in = Field.class.getResourceAsStream("/bench/" + resource)) {
            var text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var value : values.entrySet()) {
                text = text.replace("{" + value.getKey() + "}", value.getValue());
            }
            return Files.writeString(directory.resolve(resource), text);
        }
    }

    /** Starts a program that ends with this. */
    Program start(String name, List<String> command) throws IOException {
        var program = new Program(directory.resolve(name + ".log"), ONE, command);
        programs.add(program);
        return program;
    }

    /** Waits until the program that was started last listens. */
    void awaitPort(int port) {
        var program = programs.getLast();
        RunningSidekey.await(() -> listens(program, port), "port " + port + " listens");
    }

    private static boolean listens(Program program, int port) {
        program.mustLive();
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether a program is here; a missing one is named in the page. */
    boolean has(String program, String from) {
        for (var path : (System.getenv("PATH") + ":/usr/sbin").split(":", -1)) {
            if (Files.isExecutable(Path.of(path, program))) {
                return true;
            }
        }
        lacks(program + " (" + from + ")");
        return false;
    }

    void lacks(String what) {
        System.err.println("not measured, since it is not here: " + what);
        missing.add(what);
    }

    List<String> missing() {
        return missing;
    }

    /** Of all that was started here, and of this process itself. */
    long cpuNanos() throws IOException {
        long all = Program.cpuNanos(ProcessHandle.current().pid());
        for (var program : programs) {
            all += program.isAlive() ? program.cpuNanos() : 0;
        }
        return all;
    }

    @Override
    public void close() {
        programs.reversed().forEach(Program::close);
    }
}
